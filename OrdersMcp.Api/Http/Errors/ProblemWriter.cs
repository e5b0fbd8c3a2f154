using System.Diagnostics;

namespace OrdersMcp.Api.Http.Errors;

/// <summary>
/// Writes every error of the API. In place of the default writer, which answers nothing (or plain text) to a client
/// that does not accept JSON, and which gives the types of RFC 9110's status codes.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var (http, problem) = (context.HttpContext, context.ProblemDetails);
        problem.Status ??= http.Response.StatusCode;
        if (problem.Type?.StartsWith(Problems.TypePrefix, StringComparison.Ordinal) != true)
        {
            Problems.Complete(problem, http);
        }

        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        http.Response.StatusCode = problem.Status.Value;
        await http.Response.WriteAsJsonAsync(
            problem, problem.GetType(), options: null, Problems.ContentType, http.RequestAborted);
    }
}
