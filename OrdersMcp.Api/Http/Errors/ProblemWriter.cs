using System.Diagnostics;

namespace OrdersMcp.Api.Http.Errors;

/// <summary>
/// Writes every error of the API. The default writer sends nothing or plain text to clients that do not accept JSON, and
/// uses the types of RFC 9110.
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
