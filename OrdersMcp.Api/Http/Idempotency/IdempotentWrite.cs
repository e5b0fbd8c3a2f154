using System.Data;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Telemetry;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>
/// Runs a write and stores its idempotency key in one transaction. Only successful responses are stored: a rejected request
/// has changed nothing, and may succeed later.
/// </summary>
internal sealed class IdempotentWrite(
    OrdersDbContext db, WriteSlots slots, IdempotencyStore keys, AfterCommit afterCommit, OrdersMetrics metrics)
{
    // A replay waits this long for the first request to end. Any write waits as long for locked rows.
    private const string WaitAtMost = "SET LOCAL lock_timeout = '2s'";

    public async ValueTask<object?> RunAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        var cancellationToken = http.RequestAborted;
        using var slot = await slots.TakeAsync(cancellationToken);
        if (!slot.IsAcquired)
        {
            http.Response.Headers.RetryAfter = "1";
            return TypedResults.Problem(Problems.DatabaseBusy());
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var isCommitting = false;
        try
        {
            await db.Database.ExecuteSqlRawAsync(WaitAtMost, cancellationToken);
            var response = await RespondAsync(invocation, next);
            if (response is BufferedResponse)
            {
                isCommitting = true;
                await transaction.CommitAsync(cancellationToken);
                afterCommit.Run();
            }

            return response; // else the transaction rolls back, and the key with it
        }
        catch (Exception exception) when (IsInterrupted(exception))
        {
            throw new InterruptedWriteException(isCommitting, exception);
        }
    }

    /// <summary>The response to store, or another that leaves nothing to commit.</summary>
    private async ValueTask<object?> RespondAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        var cancellationToken = http.RequestAborted;
        var caller = http.User.CallerName();
        string? key = http.Request.Headers[IdempotencyKeyAttribute.Header];
        if (key is not null && await TakeAsync(caller, key, invocation, cancellationToken) is { } earlier)
        {
            if (earlier is ReplayedResponse)
            {
                metrics.Replayed();
            }

            return earlier;
        }

        var result = await next(invocation);
        if (BufferedResponse.Of(result, http) is not { } answer)
        {
            return result;
        }

        if (key is not null)
        {
            var headers = http.Response.Headers;
            await keys.SaveAsync(
                caller, key, new StoredResponse(answer.Status, headers.ETag, headers.Location, answer.Body), cancellationToken);
        }

        return answer;
    }

    /// <summary>
    /// Whether the database went away. On a connection that broke earlier, the driver reports a wrong use of the connection.
    /// </summary>
    private bool IsInterrupted(Exception exception) =>
        (DatabaseFailure.IsUnavailable(exception) && !DatabaseFailure.IsBusy(exception))
        || (exception is InvalidOperationException && db.Database.GetDbConnection().State != ConnectionState.Open);

    private async Task<IResult?> TakeAsync(
        string caller, string key, EndpointFilterInvocationContext invocation, CancellationToken cancellationToken)
    {
        var fingerprint = Fingerprint(invocation);
        try
        {
            return await keys.TakeAsync(caller, key, fingerprint, cancellationToken) switch
            {
                null => null,
                var earlier when !earlier.Fingerprint.AsSpan().SequenceEqual(fingerprint) =>
                    IdempotencyProblems.KeyReused(key),
                var earlier => new ReplayedResponse(
                    new StoredResponse(earlier.Status!.Value, earlier.EntityTag, earlier.Location, earlier.Body!)),
            };
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            invocation.HttpContext.Response.Headers.RetryAfter = "1";
            return IdempotencyProblems.StillRunning(key);
        }
    }

    /// <summary>Covers the parts that a replay must repeat: the method, the target and the content of the body.</summary>
    private static byte[] Fingerprint(EndpointFilterInvocationContext invocation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var request = invocation.HttpContext.Request;
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n"));
        if (invocation.Arguments.OfType<IBody>().FirstOrDefault() is { } body)
        {
            hash.AppendData(body.ToCanonicalJson());
        }

        return hash.GetHashAndReset();
    }
}

internal static class IdempotencySetup
{
    public static void AddWrites(this IServiceCollection services)
    {
        services.AddSingleton<WriteSlots>();
        services.AddScoped<IdempotencyStore>();
        services.AddScoped<AfterCommit>();
        services.AddScoped<IdempotentWrite>();
        services.AddSingleton<ExpiredKeyRemoval>();
        services.AddHostedService(provider => provider.GetRequiredService<ExpiredKeyRemoval>());
    }

    /// <summary>
    /// Runs an endpoint in a transaction that also stores its <c>Idempotency-Key</c>, if the request has one.
    /// </summary>
    public static RouteHandlerBuilder InTransaction(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter((invocation, next) =>
            invocation.HttpContext.RequestServices.GetRequiredService<IdempotentWrite>().RunAsync(invocation, next));
}
