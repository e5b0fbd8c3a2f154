using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Tools;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>
/// Tells of a tool call once, where it belongs: attributes of its span, metrics, one line of the log, a record of the
/// audit. Neither arguments nor results: they hold people's data.
/// </summary>
internal sealed partial class CallRecorder(
    ToolMetrics metrics, AuditTrail audit, ContentRecording content, ToolCatalog catalog, TimeProvider time, ILogger<CallRecorder> logger)
    : IDisposable
{
    /// <summary>Refusals cost who is refused nothing: whoever has many of them must not fill the journal.</summary>
    private readonly TokenBucketRateLimiter _recorded = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 200,
        TokensPerPeriod = 20,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    });

    /// <summary>A call has its end.</summary>
    public void Record(ObservedCall call)
    {
        var duration = time.GetElapsedTime(call.Request.Started);
        var (size, tokens, hash) = Measure(call.Result);
        metrics.CallEnded(call, size, tokens);
        if (call.Request.Activity is { } activity)
        {
            Describe(activity, call, size, tokens);
            content.Record(activity, call);
        }

        audit.Add(call, duration, hash);
        Log(call.ToolName, call.Outcome, duration, call.Request.Client);
    }

    /// <summary>
    /// A request was refused before it came to the protocol: no token, a token that does not suffice, too many requests.
    /// One that calls a tool is on record like any other call; of a flood of them all are counted and some recorded.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="outcome">Unauthorized, forbidden or rate limited.</param>
    /// <param name="name">The tool, where the body was read; else it is what the headers say (MCP 2026-07-28).</param>
    public void Refuse(HttpContext context, ToolOutcome outcome, string? name = null)
    {
        if (name is null)
        {
            if (context.Request.Headers[StreamableHttp.McpHttpHeaders.Method] != RequestMethods.ToolsCall)
            {
                return;
            }

            name = context.Request.Headers[StreamableHttp.McpHttpHeaders.Name].ToString();
        }

        var tool = catalog.Find(name) is null ? McpAttributes.Other : name;
        var (client, _) = ClientNames.Of(client: null, context);
        if (Activity.Current is { IsAllDataRequested: true } activity)
        {
            activity.SetTag(McpAttributes.ErrorType, outcome.Text());
            activity.SetTag(McpAttributes.Outcome, outcome.Text());
            activity.SetTag(McpAttributes.Tool, tool);
        }

        metrics.CallCounted(tool, outcome, client);
        using var lease = _recorded.AttemptAcquire();
        if (lease.IsAcquired)
        {
            audit.AddRefusal(tool, outcome, context.User.CallerName(), client);
            Log(tool, outcome, TimeSpan.Zero, client);
        }
    }

    public void Dispose() => _recorded.Dispose();

    private static void Describe(Activity activity, ObservedCall call, int size, int tokens)
    {
        activity.SetTag(McpAttributes.Outcome, call.Outcome.Text());
        activity.SetTag(McpAttributes.ArgumentsSize, call.ArgumentsSize);
        if (call.Tool?.Metadata is { } metadata)
        {
            activity.SetTag(McpAttributes.Api, metadata.Api);
            activity.SetTag(McpAttributes.ApiOperation, metadata.Operation);
            activity.SetTag(McpAttributes.UrlTemplate, metadata.Path);
        }

        if (call.Result is not null)
        {
            activity.SetTag(McpAttributes.ResultSize, size);
            activity.SetTag(McpAttributes.ResultTokens, tokens);
        }

        if (call.IsCut)
        {
            activity.SetTag(McpAttributes.ResultCut, value: true);
        }

        if (call.IsReplay)
        {
            activity.SetTag(McpAttributes.Replayed, value: true);
        }
    }

    /// <summary>Bytes, estimated tokens and hash of what a model reads of a result.</summary>
    public static (int Size, int Tokens, string? Hash) Measure(CallToolResult? result)
    {
        if (result is null)
        {
            return (0, 0, null);
        }

        // Nearly every result is one text.
        if (result.Content is [TextContentBlock { Text: var only }])
        {
            var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(only.Length));
            var length = Encoding.UTF8.GetBytes(only, bytes);
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(bytes.AsSpan(0, length), digest);
            ArrayPool<byte>.Shared.Return(bytes);
            return (length, ToolCost.Count(only), Convert.ToHexStringLower(digest));
        }

        var (size, tokens) = (0, 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in result.Content)
        {
            var text = (block as TextContentBlock)?.Text;
            var data = block switch
            {
                TextContentBlock => Encoding.UTF8.GetBytes(text!),
                ImageContentBlock image => image.Data,
                AudioContentBlock audio => audio.Data,
                EmbeddedResourceBlock { Resource: BlobResourceContents blob } => blob.Blob,
                _ => default,
            };
            hash.AppendData(data.Span);
            size += data.Length;
            tokens += text is null ? 0 : ToolCost.Count(text);
        }

        return (size, tokens, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private void Log(string tool, ToolOutcome outcome, TimeSpan duration, string client) =>
        LogCall(tool, outcome.Text(), duration.TotalMilliseconds, client);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tool {Tool}: {Outcome} in {Milliseconds:0.0} ms, called by {Client}")]
    private partial void LogCall(string tool, string outcome, double milliseconds, string client);
}
