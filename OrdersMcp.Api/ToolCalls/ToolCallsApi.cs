using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.ToolCalls;

/// <summary>
/// The audit log of tool calls. The MCP server adds records, administrators read them, and no caller can change them. Old
/// records are removed (<see cref="RetentionOptions"/>).
/// </summary>
internal static class ToolCallsApi
{
    public static void AddToolCalls(this IServiceCollection services)
    {
        services.AddJson(ToolCallsJson.Default);
        services.AddOptions<RetentionOptions>()
            .BindConfiguration(RetentionOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<ToolCallRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<ToolCallRetention>());
    }

    public static void MapToolCalls(this IEndpointRouteBuilder routes)
    {
        var calls = routes.MapGroup("/admin/tool-calls").WithTags("admin").BuffersResponses().ValidateParameters().ProducesCommonErrors();

        calls.MapPost("/", RecordToolCalls)
            .WithName("record_tool_calls")
            .WithSummary("Record tool calls")
            .WithDescription(
                "Stores records of tool calls, all of them or none. Records with a known id are ignored, so a request can be "
                + "repeated.")
            .Administers()
            .HiddenFromTools()
            .ProducesError(413, "The body is larger than 8 MB.")
            .ProducesError(415, "The body is not application/json.");

        calls.MapGet("/", ListToolCalls)
            .WithName("list_tool_calls")
            .WithSummary("List tool calls")
            .WithDescription("Lists the recorded tool calls, newest first. Filters combine.")
            .Administers();
    }

    private static async Task<Ok<ToolCallsRecorded>> RecordToolCalls(
        Body<ToolCallBatch> body, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ToolCallsRecorded(
            body.Value.Records.Count,
            await database.RecordAsync(body.Value.Records, cancellationToken)));

    private static async Task<Results<Ok<ToolCallPage>, ProblemHttpResult>> ListToolCalls(
        [AsParameters] ListToolCallsParameters list, OrdersDbContext db, ListPages pages, CancellationToken cancellationToken)
    {
        return pages.Open<ToolCallPosition>(list.Cursor, list.List, ToolCallPosition.TryParse, out var after) is { } refusal
            ? refusal
            : TypedResults.Ok(await db.ListToolCallsAsync(pages, list, after, cancellationToken));
    }
}

/// <summary>The position of a record in the list by time. The id breaks ties.</summary>
internal sealed record ToolCallPosition(DateTimeOffset At, Guid Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}.{Id:N}");

    public static bool TryParse(string text, [NotNullWhen(true)] out ToolCallPosition? position)
    {
        position = text.Split('.') is [var time, var id]
            && long.TryParse(time, CultureInfo.InvariantCulture, out var ticks)
            && ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks
            && Guid.TryParseExact(id, "N", out var guid)
                ? new ToolCallPosition(new DateTimeOffset(ticks, TimeSpan.Zero), guid)
                : null;
        return position is not null;
    }
}
