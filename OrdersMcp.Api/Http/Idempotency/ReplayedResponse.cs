
namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>A stored answer, byte for byte, marked as a replay.</summary>
internal sealed class ReplayedResponse(StoredResponse answer) : IResult
{
    public const string Header = "Idempotency-Replayed";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers[Header] = "true";
        response.Headers.ETag = answer.ETag;
        response.Headers.Location = answer.Location;
        return new BufferedResponse(answer.Status, answer.Body).ExecuteAsync(httpContext);
    }
}
