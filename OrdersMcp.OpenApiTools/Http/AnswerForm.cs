using Microsoft.AspNetCore.Http.Features;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>Gives the SDK an <see cref="AnswerBody"/> to write to, and its messages their source.</summary>
internal sealed class AnswerForm(RequestDelegate next, ReceivedMessages received, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var body = new AnswerBody(context, inner, time);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        received.Enter(context); // for this method and what it calls
        try
        {
            await next(context);
            if (context.Response.StatusCode == StatusCodes.Status202Accepted)
            {
                body.Abandon();
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client cancelled by closing the stream. There is no connection to answer on.
        }
        finally
        {
            context.Features.Set(inner);
        }
    }
}
