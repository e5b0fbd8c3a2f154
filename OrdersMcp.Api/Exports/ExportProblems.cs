using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Errors;

namespace OrdersMcp.Api.Exports;

/// <summary>Refusals of export operations, and what to do instead.</summary>
internal static class ExportProblems
{
    public static ProblemHttpResult NotFound(string id) => Problems.Create(
        StatusCodes.Status404NotFound,
        "export-not-found",
        "Export not found",
        $"You have no export {id}. The record of an export is deleted a day after its document. Request a new export with "
        + "export_orders.");

    public static ProblemHttpResult TooMany(int unfinished) => Problems.Create(
        StatusCodes.Status429TooManyRequests,
        "too-many-exports",
        "Too many exports",
        unfinished >= ExportLimits.MaxUnfinished
            ? $"You have {unfinished} unfinished exports, the maximum. Wait until one finishes, or cancel one with "
            + "cancel_export."
            : $"You have {ExportLimits.MaxKept} exports, the maximum. Wait until one expires.");

    public static ProblemHttpResult NotFinished(Export export) => Problems.Create(
        StatusCodes.Status409Conflict,
        "export-not-finished",
        "Export not finished",
        export.Status switch
        {
            ExportStatus.Failed => $"The export failed and has no document. {export.Message}",
            ExportStatus.Cancelled => "The export was cancelled and has no document. Request a new one with export_orders.",
            _ => $"The export is {Text(export.Status)}, with {export.Progress} orders written. Repeat get_export until its "
                + "status is succeeded.",
        },
        ("currentStatus", Text(export.Status)));

    public static ProblemHttpResult Finished(Export export) => Problems.Create(
        StatusCodes.Status409Conflict,
        "export-finished",
        "Export finished",
        $"The export has {Text(export.Status)} and cannot be cancelled. Its document is deleted when it expires.",
        ("currentStatus", Text(export.Status)));

    public static ProblemHttpResult Expired(Export export) => Problems.Create(
        StatusCodes.Status410Gone,
        "export-expired",
        "Export expired",
        string.Create(
            CultureInfo.InvariantCulture,
            $"The document of this export was deleted at {export.ExpiresAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}. ")
        + "Request a new one with export_orders.");

    private static string Text(ExportStatus status) => status.ToString().ToLowerInvariant();
}
