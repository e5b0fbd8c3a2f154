using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.ToolCalls;

[MaxBodySize(8 * 1024 * 1024)]
[Description("Records of tool calls.")]
public sealed record ToolCallBatch(
    [property: Length(1, ToolCallBatch.MaxRecords), Description("The records, in any order.")]
    IReadOnlyList<ToolCallRecord> Records)
{
    public const int MaxRecords = 500;
}

[Description("The record of one tool call.")]
public sealed record ToolCallRecord(
    [property: Uuid, Example("019a9f3e-7c1c-7f3a-9a55-0b8f2f6f3c11"),
        Description("Version 7 UUID from the recorder; a record sent twice is stored once.")]
    string Id,
    [property: Description("When the call started.")] DateTimeOffset At,
    [property: RecordText(200), Example("anonymous"), Description("The caller.")] string Caller,
    [property: RecordText(200), Untrusted, Description("The caller's program, as it names itself.")] string? Client,
    [property: RecordText(100), Example("get_order"), Description("The tool.")] string Tool,
    [property: RecordText(200), Example("GET /orders/{orderId}"), Description("The operation that the tool calls.")]
    string? Operation,
    [property: RecordText(64), Description("SHA-256 of the arguments, in hexadecimal digits.")] string? ArgumentHash,
    [property: RecordText(2048), Untrusted, Description("The arguments with personal data masked.")]
    string? ArgumentSummary,
    [property: JsonSize(8192), Untrusted, Description("The original arguments; only for read-only calls.")]
    JsonElement? Arguments,
    [property: RecordText(100), Example("ok"), Description("ok, or the error.type.")] string Outcome,
    [property: Range(typeof(decimal), "0", "86400000"), Example(12.5), Description("Duration in milliseconds.")]
    decimal DurationMs,
    [property: RecordText(32), Description("The trace id of the call.")] string? TraceId,
    [property: RecordText(20), Example("2026-07-28"), Description("The MCP version.")] string? ProtocolVersion,
    [property: RecordText(64), Description("SHA-256 of the result, in hexadecimal digits.")] string? ResultHash,
    [property: Length(0, 500), Description("The orders that the call read or changed.")] IReadOnlyList<long>? OrderIds);

[Description("The result of recording tool calls.")]
public sealed record ToolCallsRecorded(
    [property: Description("Number of records in the request."), Example(2)] int Received,
    [property: Description("Number of new records."), Example(2)] int Recorded);

[Description("One page of tool calls, newest first.")]
public sealed record ToolCallPage(
    [property: Description("The records of this page.")] IReadOnlyList<ToolCallRecord> Items,
    [property: Description(ListText.NextCursor)] string? NextCursor);

/// <summary>The parameters of <c>list_tool_calls</c>.</summary>
internal sealed record ListToolCallsParameters(
    [property: FromQuery(Name = "tool"), RecordText(100), Example("get_order"), Description("Tool name.")]
    string? Tool,

    [property: FromQuery(Name = "outcome"), RecordText(100), Example("ok"), Description("Outcome: ok, or the error.type.")]
    string? Outcome,

    [property: FromQuery(Name = "caller"), RecordText(200), Description("The caller.")]
    string? Caller,

    [property: FromQuery(Name = "traceId"), RecordText(32), Description("Trace id.")]
    string? TraceId,

    [property: FromQuery(Name = "orderId"), Id, Example(1L), Description("An order that the call read or changed.")]
    long? OrderId,

    [property: FromQuery(Name = "from"), Description("Started at or after; RFC 3339 with offset.")]
    DateTimeOffset? From,

    [property: FromQuery(Name = "to"), Description("Started before.")]
    DateTimeOffset? To,

    [property: FromQuery(Name = "cursor"), Cursor, Description(ListText.Cursor)]
    string? Cursor,

    [property: FromQuery(Name = "limit"), Range(1, 200), Description(ListText.Limit)]
    int Limit = 20)
{
    /// <summary>The list that a cursor belongs to.</summary>
    public uint List => Http.Paging.Cursor.Fingerprint(
        "tool-calls", Tool, Outcome, Caller, TraceId, OrderId, From?.UtcTicks, To?.UtcTicks);
}

/// <summary>A UUID.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UuidAttribute : RegularExpressionAttribute
{
    public UuidAttribute()
        : base("^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$") => ErrorMessage = "must be a UUID.";
}

/// <summary>
/// Text of limited length in a record. It accepts any characters, because every call must be recorded.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RecordTextAttribute : StringLengthAttribute
{
    public RecordTextAttribute(int longest)
        : base(longest)
    {
        MinimumLength = 1;
        ErrorMessage = $"must be text of 1 to {longest} characters.";
    }
}

/// <summary>JSON of limited size.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class JsonSizeAttribute(int bytes) : ValidationAttribute($"must be at most {bytes} bytes of JSON.")
{
    public override bool IsValid(object? value) =>
        value is not JsonElement json || Encoding.UTF8.GetByteCount(json.GetRawText()) <= bytes;
}
