using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Telemetry;

namespace OrdersMcp.McpServer.Audit;

/// <summary>
/// Records every tool call, and every refusal of one, before it is answered. The record goes to a journal on disk, and from
/// there soon to the store. A record that cannot be written does not fail the call; it is counted and logged as lost.
/// </summary>
internal sealed partial class AuditTrail(
    AuditJournal journal, AuditMetrics metrics, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditTrail> logger)
    : ICallAudit
{
    private const int LongestCaller = 200;
    private const int LongestVersion = 20;
    private const int LongestArguments = 8 * 1024;
    private const int MostOrders = 20;

    private bool _isLosing;

    private readonly AuditOptions _options = options.Value;

    private bool IsOn => _options.IsOn;

    /// <summary>Adds a call that has ended.</summary>
    public void Add(ObservedCall call, TimeSpan duration, string? resultHash)
    {
        if (!IsOn)
        {
            return;
        }

        var arguments = call.Arguments;
        var plain = call.Tool?.PlainArguments ?? FrozenDictionary<string, bool>.Empty;
        var metadata = call.Tool?.Metadata;
        var isReplayable = metadata is { IsSafe: true } && (arguments is null || ArgumentDigest.ArePlain(arguments, plain));
        var now = time.GetUtcNow();
        Write(new AuditRecord(
            Guid.CreateVersion7(now),
            now - duration,
            Truncate(call.Request.Caller),
            call.Request.Client,
            call.ToolName,
            metadata?.Operation,
            arguments is null ? null : ArgumentDigest.Hash(arguments),
            arguments is null ? null : ArgumentDigest.Summarize(arguments, plain),
            isReplayable && call.ArgumentsSize <= LongestArguments ? arguments ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal) : null,
            call.Outcome.Text(),
            Math.Round(duration.TotalMilliseconds, 3),
            Activity.Current?.TraceId.ToString(),
            call.Request.ProtocolVersion is { Length: <= LongestVersion } version ? version : null,
            resultHash,
            OrdersOf(call)));
    }

    /// <summary>Adds a request that was refused before it reached a tool.</summary>
    public void AddRefusal(string tool, ToolOutcome outcome, string caller, string client)
    {
        if (!IsOn)
        {
            return;
        }

        var now = time.GetUtcNow();
        Write(new AuditRecord(
            Guid.CreateVersion7(now), now, Truncate(caller), client, tool, Operation: null, ArgumentHash: null, ArgumentSummary: null, Arguments: null,
            outcome.Text(), DurationMs: 0, Activity.Current?.TraceId.ToString(), ProtocolVersion: null, ResultHash: null, OrderIds: []));
    }

    private void Write(AuditRecord record)
    {
        try
        {
            if (journal.Append(JsonSerializer.SerializeToUtf8Bytes(record, AuditJson.Default.AuditRecord)))
            {
                _isLosing = false;
                return;
            }

            Lost("the journal is full", exception: null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Lost("the journal cannot be written", exception);
        }

        void Lost(string why, Exception? exception)
        {
            metrics.Lost("journal");
            if (!_isLosing)
            {
                _isLosing = true; // log once, until a record is written again
                LogLost(why, exception);
            }
        }
    }

    /// <summary>The orders in the arguments, and the order that the call created.</summary>
    private List<long> OrdersOf(ObservedCall call)
    {
        List<long> orders = [];
        if (call.Arguments?.TryGetValue(_options.SubjectArgument, out var argument) is true)
        {
            foreach (var value in argument.ValueKind == JsonValueKind.Array ? argument.EnumerateArray().Take(MostOrders) : Enumerable.Repeat(argument, 1))
            {
                Add(value);
            }
        }

        if (call is { Outcome: ToolOutcome.Success, Tool.Metadata: { IsSafe: false, Path: var path }, Result.StructuredContent: { } answer }
            && path == _options.SubjectCollection)
        {
            Add(answer.Member("id"));
        }

        return orders;

        void Add(JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var order))
            {
                orders.Add(order);
            }
        }
    }

    private static string Truncate(string text) => text.Length > LongestCaller ? text[..LongestCaller] : text;

    [LoggerMessage(Level = LogLevel.Error, Message = "Records of tool calls are being lost: {Why}")]
    private partial void LogLost(string why, Exception? exception);
}
