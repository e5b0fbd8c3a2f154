using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.Idempotency;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Exports;

/// <summary>Exports orders in background jobs.</summary>
internal static class ExportsApi
{
    private const string ResourceUri = "orders://exports/{exportId}";

    public static void AddExports(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ExportOptions>()
            .Bind(builder.Configuration.GetSection("Exports"))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddJson(ExportsJson.Default);
        builder.Services.AddSingleton<ExportSignal>();
        builder.Services.AddSingleton<ExportQueue>();
        builder.Services.AddScoped<ExportJobs>();
        builder.Services.AddSingleton<ExpiredExportRemoval>();
        builder.Services.AddHostedService<ExportWorker>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ExpiredExportRemoval>());
    }

    public static void MapExports(this IEndpointRouteBuilder routes)
    {
        var exports = routes.MapGroup("/exports").WithTags("orders").BuffersResponses().ValidateParameters().ProducesCommonErrors();

        exports.MapPost("/", ExportOrders)
            .WithName("export_orders")
            .WithSummary("Export orders")
            .WithDescription("Writes all matching orders (at most 50,000) to a CSV or JSON file. Filters as in list_orders.")
            .InTransaction()
            .Reads()
            .WithMetadata(new McpTask("get_export", "cancel_export", ResourceUri, "exportId"))
            .ProducesError(409, "The first request with this key is still running.")
            .ProducesError(413, "The body is larger than 64 KB.")
            .ProducesError(415, "The body is not application/json.")
            .ProducesError(422, "The Idempotency-Key was used for a different request.")
            .ProducesError(429, "The caller has too many exports.");

        exports.MapGet("/{exportId}", GetExport)
            .WithName("get_export")
            .WithSummary("Get an export")
            .WithDescription("Returns the status and progress of an export. Its ETag changes with every update.")
            .Reads()
            .HiddenFromTools()
            .ProducesError(404, "The caller has no such export.");

        exports.MapPost("/{exportId}/cancellation", CancelExport)
            .WithName("cancel_export")
            .WithSummary("Cancel an export")
            .WithDescription("Cancels an unfinished export. Cancelling it again has no effect.")
            .InTransaction()
            .Reads()
            .HiddenFromTools()
            .ProducesError(404, "The caller has no such export.")
            .ProducesError(409, "The export is finished, or the first request with this key is still running.")
            .ProducesError(422, "The Idempotency-Key was used for a different request.");

        exports.MapGet("/{exportId}/content", GetExportContent)
            .WithName("get_export_content")
            .WithSummary("Read an export's document")
            .WithDescription("Returns the orders as CSV (RFC 4180, UTF-8, with a header line) or as a JSON array, newest first.")
            .WithMetadata(new ProducesResponseTypeAttribute(
                typeof(IReadOnlyList<ExportedOrder>), StatusCodes.Status200OK, "application/json", "text/csv")
            {
                Description = "The orders.",
            })
            .Reads()
            .HiddenFromTools()
            .AsResource(ResourceUri)
            .ProducesError(404, "The caller has no such export.")
            .ProducesError(409, "The export is unfinished, failed or cancelled.")
            .ProducesError(410, "The document was deleted.");
    }

    private static async Task<Results<Accepted<ExportJob>, ProblemHttpResult>> ExportOrders(
        [AsParameters] WriteHeaders headers,
        Body<ExportOrdersRequest> body,
        ExportJobs jobs,
        Caller caller,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        _ = headers; // declared for validation; the transaction uses its key
        var (export, refusal) = await jobs.QueueAsync(body.Value, caller, cancellationToken);
        if (export is null)
        {
            return refusal!;
        }

        response.Headers.Location = $"/exports/{export.Id:N}";
        return TypedResults.Accepted((string?)null, ExportJob.Of(export));
    }

    private static async Task<Results<Ok<ExportJob>, ProblemHttpResult>> GetExport(
        [ExportId, Description("The export's id.")] string exportId,
        ExportJobs jobs,
        Caller caller,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(exportId, caller, cancellationToken) is not { } export)
        {
            return ExportProblems.NotFound(exportId);
        }

        response.Headers.ETag = EntityTag.Of(export.Version);
        return TypedResults.Ok(ExportJob.Of(export));
    }

    private static async Task<Results<Ok<ExportJob>, ProblemHttpResult>> CancelExport(
        [ExportId, Description("The export's id.")] string exportId,
        [AsParameters] WriteHeaders headers,
        ExportJobs jobs,
        Caller caller,
        CancellationToken cancellationToken)
    {
        _ = headers; // declared for validation; the transaction uses its key
        var (export, refusal) = await jobs.CancelAsync(exportId, caller, cancellationToken);
        return export is null ? refusal! : TypedResults.Ok(ExportJob.Of(export));
    }

    private static async Task<IResult> GetExportContent(
        [ExportId, Description("The export's id.")] string exportId,
        ExportJobs jobs,
        Caller caller,
        NpgsqlDataSource database,
        TimeProvider time,
        CancellationToken cancellationToken) => await jobs.FindAsync(exportId, caller, cancellationToken) switch
        {
            null => ExportProblems.NotFound(exportId),
            { Status: not ExportStatus.Succeeded } export => ExportProblems.NotFinished(export),
            var export when export.ExpiresAt <= time.GetUtcNow() => ExportProblems.Expired(export),
            var export => new ExportContentResponse(export, database),
        };
}
