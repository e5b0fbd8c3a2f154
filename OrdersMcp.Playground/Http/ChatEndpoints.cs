using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Playground.Conversations;

namespace OrdersMcp.Playground.Http;

/// <summary><c>POST /chat/stream</c>: a conversation over server-sent events.</summary>
internal static class ChatEndpoints
{
    public static void MapChat(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/chat/stream", Stream)
            .WithName("streamChat")
            .WithSummary("Streams the answer of a model that calls tools")
            .WithDescription("Each request carries the whole conversation. The answer is a stream of server-sent events: start, text, tool_call, "
                + "tool_progress, tool_result, confirmation, message, usage, error and done. Close the connection to stop.")
            .WithTags("Chat")
            .RequireRateLimiting(HttpExtensions.Conversations)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static Results<ServerSentEventsResult<object>, ProblemHttpResult> Stream(
        ChatRequest request, ConversationRunner runner, CancellationToken cancellationToken) =>
        runner.Prepare(request, out var problem) is { } conversation
            ? TypedResults.ServerSentEvents(Items(runner, conversation, cancellationToken))
            : TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, detail: problem);

    private static async IAsyncEnumerable<SseItem<object>> Items(
        ConversationRunner runner, Conversation conversation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var each in runner.RunAsync(conversation, cancellationToken))
        {
            yield return new SseItem<object>(each, each.Kind);
        }
    }
}
