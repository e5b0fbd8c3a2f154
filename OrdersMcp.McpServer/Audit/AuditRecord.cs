using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.McpServer.Audit;

/// <summary>The audit record of a tool call.</summary>
/// <param name="Id">A UUID of version 7; the API stores each id only once.</param>
/// <param name="At">The time of the call, UTC.</param>
/// <param name="Caller">The caller.</param>
/// <param name="Client">The normalized name of the client program.</param>
/// <param name="Tool">The tool; <c>_OTHER</c> for an unknown name.</param>
/// <param name="Operation">The id of its operation.</param>
/// <param name="ArgumentHash">SHA-256 of the arguments as canonical JSON, in hexadecimal.</param>
/// <param name="ArgumentSummary">The arguments as JSON, with the kind and length in place of each text.</param>
/// <param name="Arguments">The arguments of a read without text written by people; such a call can be replayed.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="DurationMs">The duration.</param>
/// <param name="TraceId">The id of its trace.</param>
/// <param name="ProtocolVersion">The protocol revision.</param>
/// <param name="ResultHash">SHA-256 of the content of the result, in hexadecimal.</param>
/// <param name="OrderIds">The orders that the call concerns.</param>
internal sealed record AuditRecord(
    Guid Id,
    DateTimeOffset At,
    string Caller,
    string? Client,
    string Tool,
    string? Operation,
    string? ArgumentHash,
    string? ArgumentSummary,
    IDictionary<string, JsonElement>? Arguments,
    string Outcome,
    double DurationMs,
    string? TraceId,
    string? ProtocolVersion,
    string? ResultHash,
    IReadOnlyList<long> OrderIds);

/// <summary>The records of one answer of the API.</summary>
internal sealed record AuditPage(IReadOnlyList<AuditRecord> Items, string? NextCursor);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditRecord))]
[JsonSerializable(typeof(AuditPage))]
internal sealed partial class AuditJson : JsonSerializerContext;
