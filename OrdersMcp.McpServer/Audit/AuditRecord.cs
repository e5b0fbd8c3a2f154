using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.McpServer.Audit;

/// <summary>What is kept of a tool call.</summary>
/// <param name="Id">A UUID of version 7; the API takes a record of the same id once.</param>
/// <param name="At">When the call came, UTC.</param>
/// <param name="Caller">Who called.</param>
/// <param name="Client">The program that called, normalized.</param>
/// <param name="Tool">The tool; <c>_OTHER</c> for a name that no tool has.</param>
/// <param name="Operation">The id of its operation.</param>
/// <param name="ArgumentHash">SHA-256 of the arguments as canonical JSON, in hexadecimal.</param>
/// <param name="ArgumentSummary">The arguments as JSON, with the kind and length in place of each text.</param>
/// <param name="Arguments">The arguments, of a reading without text that a person wrote; the call can then be replayed.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="TraceId">The trace of it.</param>
/// <param name="ProtocolVersion">The protocol's revision.</param>
/// <param name="ResultHash">SHA-256 of the content of the result, in hexadecimal.</param>
/// <param name="OrderIds">The orders that it was about.</param>
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
