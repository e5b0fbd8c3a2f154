using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Http.Errors;

/// <summary>Responds with 503 while the database is unavailable or has no schema yet.</summary>
internal sealed partial class DatabaseUnavailableHandler(
    DatabaseState state,
    IProblemDetailsService problems,
    ILogger<DatabaseUnavailableHandler> logger) : IExceptionHandler
{
    private const string RetryAfterSeconds = "2";

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var hasNoSchema = !state.IsMigrated && exception is PostgresException;
        if (!hasNoSchema && !DatabaseFailure.IsUnavailable(exception))
        {
            return false;
        }

        LogUnavailable(exception.Message, exception);
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = Problems.DatabaseUnavailable(),
            Exception = exception,
        });
    }

    [LoggerMessage(LogLevel.Warning, "The database is unavailable: {Reason}")]
    private partial void LogUnavailable(string reason, Exception exception);
}
