using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace OrdersMcp.Api.Http;

/// <summary>
/// Sends a JSON value in one piece, with its length. If it were streamed during serialization, it would be sent in chunks
/// (RFC 9112, 7.1), and the last, empty chunk would cost as much as the response.
/// </summary>
internal sealed class BufferedResponse(int status, byte[] body) : IResult
{
    public int Status => status;

    public byte[] Body => body;

    /// <summary>
    /// The value of a successful result, or null. Set headers on the response: headers of the result, such as
    /// <c>Location</c>, would be lost.
    /// </summary>
    public static BufferedResponse? Of(object? result, HttpContext context)
    {
        var outcome = result is INestedHttpResult nested ? nested.Result : result;
        if (outcome is not IValueHttpResult { Value: { } value }
            || outcome is not IStatusCodeHttpResult { StatusCode: { } status and >= 200 and <= 299 })
        {
            return null;
        }

        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        return new BufferedResponse(status, JsonSerializer.SerializeToUtf8Bytes(value, options.GetTypeInfo(value.GetType())));
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
    }
}

internal static class BufferedResponses
{
    /// <summary>Sends the values of endpoints in one piece.</summary>
    public static TBuilder BuffersResponses<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(static async (invocation, next) =>
        {
            var result = await next(invocation);
            return BufferedResponse.Of(result, invocation.HttpContext) ?? result;
        });
}
