using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>
/// Tells of a tool call once, where it belongs: attributes of its span, metrics, one line of the log, a record of the
/// audit. Neither arguments nor results: they hold people's data.
/// </summary>
internal sealed partial class CallRecorder(
    ToolMetrics metrics, AuditTrail audit, ContentRecording content, ToolCatalog catalog, TimeProvider time, ILogger<CallRecorder> logger)
{
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
    /// One that calls a tool is on record like any other call; it has no span but that of the HTTP request.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="outcome">Unauthorized, forbidden or rate limited.</param>
    /// <param name="caller">Who calls, as far as that is known.</param>
    public void Refuse(HttpContext context, ToolOutcome outcome, string caller)
    {
        if (CalledBy(context) is not { } name)
        {
            return;
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
        audit.AddRefusal(tool, outcome, caller, client);
        Log(tool, outcome, TimeSpan.Zero, client);
    }

    /// <summary>
    /// The tool that a refused request calls, or null where it calls none: as the message says, where it has been read, else
    /// as its headers say (MCP 2026-07-28).
    /// </summary>
    private static string? CalledBy(HttpContext context) =>
        context.Features.Get<JsonRpcRequest>() is { } request
            ? request.Method == RequestMethods.ToolsCall ? (request.Params as JsonObject)?["name"]?.ToString() ?? "" : null
            : context.Request.Headers[StreamableHttp.McpHttpHeaders.Method] == RequestMethods.ToolsCall
                ? context.Request.Headers[StreamableHttp.McpHttpHeaders.Name].ToString()
                : null;

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

        var (size, tokens) = (0, 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in result.Content)
        {
            if (block is TextContentBlock { Text: var text })
            {
                var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
                var length = Encoding.UTF8.GetBytes(text, bytes);
                hash.AppendData(bytes, 0, length);
                ArrayPool<byte>.Shared.Return(bytes);
                size += length;
                tokens += ToolCost.Count(text);
            }
            else
            {
                var data = block switch
                {
                    ImageContentBlock image => image.Data,
                    AudioContentBlock audio => audio.Data,
                    EmbeddedResourceBlock { Resource: BlobResourceContents blob } => blob.Blob,
                    _ => default,
                };
                hash.AppendData(data.Span);
                size += data.Length;
            }
        }

        return (size, tokens, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private void Log(string tool, ToolOutcome outcome, TimeSpan duration, string client) =>
        LogCall(tool, outcome.Text(), duration.TotalMilliseconds, client);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tool {Tool}: {Outcome} in {Milliseconds:0.0} ms, called by {Client}")]
    private partial void LogCall(string tool, string outcome, double milliseconds, string client);
}
