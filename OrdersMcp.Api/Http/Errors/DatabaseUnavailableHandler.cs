using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Http.Errors;

/// <summary>Responds with 503 while the database is unavailable, has no schema yet, or keeps the rows of the request locked.</summary>
internal sealed partial class DatabaseUnavailableHandler(
    DatabaseState state,
    IProblemDetailsService problems,
    ILogger<DatabaseUnavailableHandler> logger) : IExceptionHandler
{
    private const string RetryAfterSeconds = "2";

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (ProblemOf(exception) is not { } problem)
        {
            return false;
        }

        LogUnavailable(exception.Message);
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = problem,
            Exception = exception,
        });
    }

    private ProblemDetails? ProblemOf(Exception exception) => exception switch
    {
        PostgresException when !state.IsMigrated => Problems.DatabaseUnavailable(),
        _ when DatabaseFailure.IsBusy(exception) => Problems.DatabaseBusy(),
        InterruptedWriteException { MayBeDone: var mayBeDone } => Problems.WriteInterrupted(mayBeDone),
        _ when DatabaseFailure.IsUnavailable(exception) => Problems.DatabaseUnavailable(),
        _ => null,
    };

    // The reason says it all: the trace of a request has where it failed, and an outage would fill the log with stack traces.
    [LoggerMessage(LogLevel.Warning, "The database is unavailable: {Reason}")]
    private partial void LogUnavailable(string reason);
}
