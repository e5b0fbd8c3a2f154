namespace OrdersMcp.Api.Idempotency;

/// <summary>A stored answer, byte for byte, marked as a replay.</summary>
internal sealed class ReplayedAnswer(StoredAnswer answer) : IResult
{
    public const string Header = "Idempotency-Replayed";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = answer.Status;
        response.Headers[Header] = "true";
        response.Headers.ETag = answer.ETag;
        response.Headers.Location = answer.Location;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, httpContext.RequestAborted);
    }
}
