using Microsoft.AspNetCore.Diagnostics;

namespace OrdersMcp.Playground.Http;

/// <summary>Answers a request that cannot be read: it is too large, not JSON, or lacks something.</summary>
internal sealed class BadRequests : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad)
        {
            return false;
        }

        await TypedResults.Problem(statusCode: bad.StatusCode, detail: bad.InnerException?.Message ?? bad.Message).ExecuteAsync(httpContext);
        return true;
    }
}
