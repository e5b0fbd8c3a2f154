using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Paging;

namespace OrdersMcp.Api.ToolCalls;

/// <summary>Stores the records of tool calls in the database.</summary>
internal static class ToolCallStore
{
    private const string Insert =
        """
        INSERT INTO tool_calls (id, at, caller, client, tool, operation, argument_hash, argument_summary, arguments,
            outcome, duration_ms, trace_id, protocol_version, result_hash, order_ids)
        SELECT id, at, caller, client, tool, operation, argument_hash, argument_summary, arguments::json,
            outcome, duration_ms, trace_id, protocol_version, result_hash, order_ids::bigint[]
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS record (
            id, at, caller, client, tool, operation, argument_hash, argument_summary, arguments,
            outcome, duration_ms, trace_id, protocol_version, result_hash, order_ids)
        ON CONFLICT (id) DO NOTHING
        """;

    /// <returns>The number of new records.</returns>
    public static Task<int> RecordAsync(
        this NpgsqlDataSource database, IReadOnlyList<ToolCallRecord> records, CancellationToken cancellationToken) =>
        database.UseAsync(connection => RecordAsync(connection, records, cancellationToken), cancellationToken);

    private static async Task<int> RecordAsync(
        NpgsqlConnection connection, IReadOnlyList<ToolCallRecord> records, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        Add(NpgsqlDbType.Uuid, record => Guid.Parse(record.Id));
        Add(NpgsqlDbType.TimestampTz, record => record.At.UtcDateTime);
        AddText(record => record.Caller);
        AddText(record => record.Client);
        AddText(record => record.Tool);
        AddText(record => record.Operation);
        AddText(record => record.ArgumentHash);
        AddText(record => record.ArgumentSummary);
        Add(NpgsqlDbType.Text, record => record.Arguments?.GetRawText());
        AddText(record => record.Outcome);
        Add(NpgsqlDbType.Double, record => (double)record.DurationMs);
        AddText(record => record.TraceId);
        AddText(record => record.ProtocolVersion);
        AddText(record => record.ResultHash);
        Add(NpgsqlDbType.Text, record => "{" + string.Join(
            ',', (record.OrderIds ?? []).Select(id => id.ToString(CultureInfo.InvariantCulture))) + "}");
        return await command.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(NpgsqlDbType type, Func<ToolCallRecord, T> column) => command.Parameters.Add(new NpgsqlParameter
        {
            Value = records.Select(column).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | type,
        });

        void AddText(Func<ToolCallRecord, string?> column) => Add(NpgsqlDbType.Text, record => Clean(column(record)));
    }

    public static async Task<ToolCallPage> ListToolCallsAsync(
        this OrdersDbContext db,
        ListPages pages,
        ListToolCallsParameters list,
        ToolCallPosition? after,
        CancellationToken cancellationToken)
    {
        var found = await Filter(db.ToolCalls.AsNoTracking(), list, after)
            .OrderByDescending(call => call.At).ThenByDescending(call => call.Id)
            .Take(list.Limit + 1)
            .ToListAsync(cancellationToken);
        var (items, next) = pages.Close(
            found, list.Limit, list.List, last => new ToolCallPosition(last.At, last.Id).ToString());
        return new ToolCallPage([.. items.Select(Contract)], next);
    }

    private static IQueryable<ToolCall> Filter(
        IQueryable<ToolCall> calls, ListToolCallsParameters list, ToolCallPosition? after)
    {
        if (list.Tool is { } tool)
        {
            calls = calls.Where(call => call.Tool == tool);
        }

        if (list.Outcome is { } outcome)
        {
            // The second condition matches the filter of the index (see ToolCallConfiguration).
            calls = outcome == ToolCall.Ok
                ? calls.Where(call => call.Outcome == ToolCall.Ok)
                : calls.Where(call => call.Outcome == outcome && call.Outcome != ToolCall.Ok);
        }

        if (list.Caller is { } caller)
        {
            calls = calls.Where(call => call.Caller == caller);
        }

        if (list.TraceId is { } traceId)
        {
            calls = calls.Where(call => call.TraceId == traceId);
        }

        if (list.OrderId is { } orderId)
        {
            calls = calls.Where(call => call.OrderIds.Contains(orderId));
        }

        if (list.From?.ToDatabaseBound() is { } from)
        {
            calls = calls.Where(call => call.At >= from);
        }

        if (list.To?.ToDatabaseBound() is { } to)
        {
            calls = calls.Where(call => call.At < to);
        }

        if (after is not null)
        {
            var (at, id) = (after.At, after.Id);
            calls = calls.Where(call => EF.Functions.LessThan(
                ValueTuple.Create(call.At, call.Id), ValueTuple.Create(at, id)));
        }

        return calls;
    }

    private static ToolCallRecord Contract(ToolCall call) => new(
        call.Id.ToString(),
        call.At,
        call.Caller,
        call.Client,
        call.Tool,
        call.Operation,
        call.ArgumentHash,
        call.ArgumentSummary,
        call.Arguments is null ? null : JsonElement.Parse(call.Arguments),
        call.Outcome,
        (decimal)call.DurationMs,
        call.TraceId,
        call.ProtocolVersion,
        call.ResultHash,
        call.OrderIds);

    /// <summary>
    /// Replaces control characters. PostgreSQL cannot store NUL, no reader needs the others, and the record must not be lost.
    /// </summary>
    private static string? Clean(string? text) => text is null || !text.Any(char.IsControl)
        ? text
        : string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
