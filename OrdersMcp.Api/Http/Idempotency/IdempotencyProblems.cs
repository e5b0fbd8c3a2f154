using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Http.Errors;

namespace OrdersMcp.Api.Http.Idempotency;

internal static class IdempotencyProblems
{
    public static ProblemHttpResult KeyReused(string key) => Problems.Create(
        StatusCodes.Status422UnprocessableEntity,
        "idempotency-key-reused",
        "Idempotency key reused",
        $"The Idempotency-Key '{key}' was used for a different request in the last 24 hours. Nothing was changed. Use a "
        + "new key for a new request, and the same key only to repeat the same request.");

    public static ProblemHttpResult StillRunning(string key) => Problems.Create(
        StatusCodes.Status409Conflict,
        "request-in-progress",
        "Request in progress",
        $"The first request with the Idempotency-Key '{key}' is still running. Repeat this request with the same key after "
        + "the number of seconds in Retry-After to get the response of the first.");
}
