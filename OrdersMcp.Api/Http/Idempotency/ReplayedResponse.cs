
namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>A stored response, byte for byte, marked as a replay.</summary>
internal sealed class ReplayedResponse(StoredResponse stored) : IResult
{
    public const string Header = "Idempotency-Replayed";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers[Header] = "true";
        response.Headers.ETag = stored.ETag;
        response.Headers.Location = stored.Location;
        return new BufferedResponse(stored.Status, stored.Body).ExecuteAsync(httpContext);
    }
}
