using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace OrdersMcp.Api.Http.Errors;

/// <summary>
/// The errors of the API as problem details (RFC 9457). A <c>type</c> is a stable name that clients can switch on;
/// <c>detail</c> says what to do next.
/// </summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";
    public const string TypePrefix = "urn:ordersmcp:problem:";

    /// <summary>An error with additional members.</summary>
    public static ProblemHttpResult Create(
        int status, string type, string title, string detail, params (string Name, object? Value)[] facts)
    {
        var problem = new ProblemDetails { Status = status, Type = TypePrefix + type, Title = title, Detail = detail };
        foreach (var (name, value) in facts)
        {
            problem.Extensions[name] = value;
        }

        return TypedResults.Problem(problem);
    }

    /// <summary>All invalid parameters, with the rules they break.</summary>
    public static ProblemHttpResult InvalidParameters(IDictionary<string, string[]> errors) =>
        TypedResults.Problem(new HttpValidationProblemDetails(errors)
        {
            Status = StatusCodes.Status400BadRequest,
            Type = TypePrefix + "invalid-parameters",
            Title = "Invalid parameters",
            Detail = "Correct the parameters and fields named in errors and send the request again.",
        });

    public static ProblemHttpResult InvalidParameter(string name, string rule) =>
        InvalidParameters(new Dictionary<string, string[]>(StringComparer.Ordinal) { [name] = [rule] });

    public static ProblemHttpResult CursorOfAnotherList() => InvalidParameter(
        "cursor", "belongs to a list with different filters. Use the filters of the page that it came from.");

    public static ProblemDetails DatabaseUnavailable(
        string detail = "The orders database is temporarily unavailable. The request itself is fine: try again in a few seconds.") =>
        new()
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Type = TypePrefix + "database-unavailable",
            Title = "Database unavailable",
            Detail = detail,
        };

    /// <summary>The database went away during a write.</summary>
    public static ProblemDetails WriteInterrupted(bool mayBeDone) => DatabaseUnavailable(mayBeDone
        ? "The orders database went away while it stored the change, so the change may or may not have been made. Send the request "
            + "again with the same Idempotency-Key, which cannot make the change twice. Without a key, read the current state first."
        : "The orders database went away during the request. Nothing was changed: try again in a few seconds.");

    /// <summary>The database is there: only the rows of this request are locked.</summary>
    public static ProblemDetails DatabaseBusy() => new()
    {
        Status = StatusCodes.Status503ServiceUnavailable,
        Type = TypePrefix + "database-busy",
        Title = "Rows are locked",
        Detail = "Other requests are changing the same rows. Nothing was changed. Send the request again after a second.",
    };

    /// <summary>Completes an error for which only the status code is known.</summary>
    public static void Complete(ProblemDetails problem, HttpContext context)
    {
        var request = context.Request;
        var (type, title, detail) = problem.Status switch
        {
            400 => (
                "invalid-request",
                "Invalid request",
                "The request cannot be read. Compare it with /openapi/v1.json."),
            404 => (
                "route-not-found",
                "Route not found",
                "There is no such route. /openapi/v1.json lists every operation."),
            405 => (
                "method-not-allowed",
                "Method not allowed",
                $"{request.Method} is not allowed here. Allowed: {context.Response.Headers.Allow}."),
            413 => (
                "body-too-large",
                "Body too large",
                "The body is too large for this API. Send a smaller one."),
            415 => (
                "unsupported-media-type",
                "Unsupported media type",
                "The content type of the body is not supported. Send application/json."),
            >= 500 => (
                "internal-error",
                "Internal error",
                "The request failed because of an internal error. If it keeps failing, report the traceId."),
            _ => ($"http-{problem.Status}", problem.Title ?? "Error", "The request was rejected."),
        };
        (problem.Type, problem.Title, problem.Detail) = (TypePrefix + type, title, detail);
    }
}
