using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace OrdersMcp.Api.Answers;

internal static class WholeAnswers
{
    /// <summary>
    /// Sends the values that endpoints answer with their length, in one piece. Written as they are serialized they go out
    /// in chunks (RFC 9112, 7.1), and the last, which is empty, costs as much to send as the answer.
    /// </summary>
    public static TBuilder AnswersWhole<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(static async (invocation, next) =>
        {
            var result = await next(invocation);
            var outcome = result is INestedHttpResult nested ? nested.Result : result;
            return outcome is IValueHttpResult { Value: { } value } and IStatusCodeHttpResult { StatusCode: StatusCodes.Status200OK }
                ? new WholeAnswer(value)
                : result;
        });

    private sealed class WholeAnswer(object value) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var options = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            var body = JsonSerializer.SerializeToUtf8Bytes(value, options.GetTypeInfo(value.GetType()));
            var response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = body.Length;
            await response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
