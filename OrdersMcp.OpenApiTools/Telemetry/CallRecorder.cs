using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Tools;
using OrdersMcp.OpenApiTools.Tools.Search;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// Records each tool call once in every place: attributes of its span, metrics, one log line and an audit record. It
/// records no arguments or results, because they contain personal data.
/// </summary>
internal sealed partial class CallRecorder(
    ToolMetrics metrics, ICallAudit audit, ContentRecording content, ToolCatalog catalog, OwnTools own, TimeProvider time, ILogger<CallRecorder> logger)
    : IDisposable
{
    /// <summary>
    /// Limits the records of refusals, which cost the caller nothing: a caller must not fill the journal, and
    /// unauthenticated callers must not displace known ones.
    /// </summary>
    private readonly TokenBucketRateLimiter _strangers = Some();

    private readonly TokenBucketRateLimiter _callers = Some();

    /// <summary>Records a call that has ended.</summary>
    public void Record(ObservedCall call)
    {
        var duration = time.GetElapsedTime(call.Request.Started);
        var (size, tokens, hash) = Measure(call.Result, metrics.CountsTokens || call.Request.Activity is not null);
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
    /// Records a request that was refused before it reached the protocol: a missing or insufficient token, too many
    /// requests, or too much load. The record is like that of a call, under the name of the tool or otherwise the method;
    /// tool calls are also counted. Of a flood, only some are recorded.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="outcome">Unauthorized, forbidden, rate limited, or unavailable if the token cannot be checked now.</param>
    /// <param name="method">The method if the body was read; otherwise the headers state it (MCP 2026-07-28).</param>
    /// <param name="name">The called tool, from the same sources.</param>
    /// <param name="needed">The required scopes, for the log.</param>
    public void Refuse(
        HttpContext context, ToolOutcome outcome, string? method = null, string? name = null, IReadOnlyList<string>? needed = null)
    {
        var headers = context.Request.Headers;
        method ??= headers[McpHttpHeaders.Method].ToString();
        var (client, _) = ClientNames.Of(client: null, headers.UserAgent);
        var isStranger = context.User.Identity?.IsAuthenticated is not true || context.User.IsAnonymous();
        string target;
        if (method == RequestMethods.ToolsCall)
        {
            name ??= headers[McpHttpHeaders.Name].ToString();
            target = catalog.Find(name) is null && !own.Has(name) ? McpAttributes.Other : name;
            metrics.CallRefused(target, outcome, client, isStranger);
        }
        else
        {
            target = McpAttributes.Methods.Contains(method) ? method : McpAttributes.Other;
        }

        if (Activity.Current is { IsAllDataRequested: true } activity)
        {
            activity.SetTag(McpAttributes.ErrorType, outcome.Text());
            activity.SetTag(McpAttributes.Outcome, outcome.Text());
            activity.SetTag(method == RequestMethods.ToolsCall ? McpAttributes.Tool : McpAttributes.Method, target);
            if (method.Length > 0) // otherwise neither the headers nor the body stated a method
            {
                SpanOperation.Set(context, RequestName.Of(method, method == RequestMethods.ToolsCall ? target : null));
            }
        }

        using var lease = (isStranger ? _strangers : _callers).AttemptAcquire();
        if (lease.IsAcquired)
        {
            audit.AddRefusal(target, outcome, context.User.CallerName(), client);
            if (method == RequestMethods.ToolsCall)
            {
                Log(target, outcome, TimeSpan.Zero, client);
            }
            else
            {
                LogRefused(target, outcome.Text(), client);
            }

            if (needed is { Count: > 0 })
            {
                LogBeyond(context.User.CallerName(), target, string.Join(' ', needed));
            }
        }
    }

    public void Dispose()
    {
        _strangers.Dispose();
        _callers.Dispose();
    }

    private static TokenBucketRateLimiter Some() => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 200,
        TokensPerPeriod = 20,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    });

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

        if (call.IsTruncated)
        {
            activity.SetTag(McpAttributes.ResultTruncated, value: true);
        }

        if (call.IsReplay)
        {
            activity.SetTag(McpAttributes.Replayed, value: true);
        }
    }

    /// <summary>Returns the bytes, estimated tokens (if counted) and hash of the part of a result that a model reads.</summary>
    public static (int Size, int Tokens, string? Hash) Measure(CallToolResult? result, bool countsTokens = true)
    {
        if (result is null)
        {
            return (0, 0, null);
        }

        // Nearly every result is a single text block.
        if (result.Content is [TextContentBlock { Text: var only }])
        {
            var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(only.Length));
            var length = Encoding.UTF8.GetBytes(only, bytes);
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(bytes.AsSpan(0, length), digest);
            ArrayPool<byte>.Shared.Return(bytes);
            return (length, countsTokens ? ToolCost.Count(only) : 0, Convert.ToHexStringLower(digest));
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
            tokens += text is null || !countsTokens ? 0 : ToolCost.Count(text);
        }

        return (size, tokens, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private void Log(string tool, ToolOutcome outcome, TimeSpan duration, string client) =>
        LogCall(tool, outcome.Text(), duration.TotalMilliseconds, client);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tool {Tool}: {Outcome} in {Milliseconds:0.0} ms, called by {Client}")]
    private partial void LogCall(string tool, string outcome, double milliseconds, string client);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Caller} may not use {Target}, which needs {Scopes}")]
    private partial void LogBeyond(string caller, string target, string scopes);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} was refused: {Outcome}, asked by {Client}")]
    private partial void LogRefused(string method, string outcome, string client);
}
