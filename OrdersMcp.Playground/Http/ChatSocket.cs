using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Conversations;
using OrdersMcp.Playground.Telemetry;

namespace OrdersMcp.Playground.Http;

/// <summary>
/// <c>GET /ws/chat</c>: the same conversation over a WebSocket. Each message of the client is a request, and each of the server
/// is <c>{"event", "data"}</c>. Requests run one after the other; closing the socket stops the one that runs.
/// </summary>
internal sealed class ChatSocket(
    ConversationRunner runner,
    ConversationLimiter limiter,
    PlaygroundTelemetry telemetry,
    IOptions<JsonOptions> json,
    IHostApplicationLifetime lifetime)
{
    private const string Path = "/ws/chat";
    private const int LongestRequest = 1024 * 1024;

    /// <summary>The most requests that wait while one runs.</summary>
    private const int MostWaiting = 8;

    private readonly JsonSerializerOptions _json = json.Value.SerializerOptions;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, (HttpContext context, ChatSocket socket) => socket.ServeAsync(context))
            .RequireRateLimiting(HttpExtensions.Sockets)
            .ExcludeFromDescription(); // OpenAPI does not describe WebSockets

    private async Task<IResult> ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status426UpgradeRequired, detail: "This path takes WebSocket connections.");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await ServeAsync(socket, ending.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client is gone, or this program stops.
        }

        return TypedResults.Empty;
    }

    private async Task ServeAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var requests = Channel.CreateBounded<byte[]>(MostWaiting);
        var answering = AnswerAllAsync(socket, requests.Reader, ending);
        WebSocketCloseStatus reason;
        try
        {
            // It also receives while an answer runs: only so is a close noticed.
            reason = await ReceiveAllAsync(socket, requests.Writer, ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
            await answering;
        }

        await socket.CloseAsync(reason, statusDescription: null, cancellationToken);
    }

    /// <summary>Receives requests until the client closes the socket or sends too much.</summary>
    private static async Task<WebSocketCloseStatus> ReceiveAllAsync(WebSocket socket, ChannelWriter<byte[]> requests, CancellationToken cancellationToken)
    {
        while (await ReceiveAsync(socket, cancellationToken) is { } message)
        {
            if (!requests.TryWrite(message))
            {
                return WebSocketCloseStatus.PolicyViolation;
            }
        }

        return socket.CloseStatus is null ? WebSocketCloseStatus.MessageTooBig : WebSocketCloseStatus.NormalClosure;
    }

    private async Task AnswerAllAsync(WebSocket socket, ChannelReader<byte[]> requests, CancellationTokenSource ending)
    {
        try
        {
            await foreach (var message in requests.ReadAllAsync(ending.Token))
            {
                await AnswerAsync(socket, message, ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client closed the socket, or is gone.
        }
        catch
        {
            await ending.CancelAsync(); // nobody answers any more, so nothing more is received
            throw;
        }
    }

    private async Task AnswerAsync(WebSocket socket, byte[] message, CancellationToken cancellationToken)
    {
        using var activity = telemetry.StartMessage(Path);
        ChatRequest? request = null;
        var problem = "The message is not a request: it must be a JSON object with messages.";
        try
        {
            request = JsonSerializer.Deserialize<ChatRequest>(message, _json);
        }
        catch (JsonException exception)
        {
            problem = $"The message cannot be read: {exception.Message}";
        }

        if (request is null || runner.Prepare(request, out problem) is not { } conversation)
        {
            await RefuseAsync(socket, new ErrorEvent("The request is not valid", problem, StatusCodes.Status400BadRequest, Retryable: false), cancellationToken);
            return;
        }

        using var lease = limiter.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            await RefuseAsync(
                socket,
                new ErrorEvent("Too many conversations", "Try again when one has ended.", StatusCodes.Status429TooManyRequests, Retryable: true),
                cancellationToken);
            return;
        }

        await foreach (var each in runner.RunAsync(conversation, cancellationToken))
        {
            await SendAsync(socket, each, cancellationToken);
        }
    }

    private async Task RefuseAsync(WebSocket socket, ErrorEvent error, CancellationToken cancellationToken)
    {
        await SendAsync(socket, error, cancellationToken);
        await SendAsync(socket, new DoneEvent("error", Limit: null, error.Detail), cancellationToken);
    }

    private Task SendAsync(WebSocket socket, ChatEvent each, CancellationToken cancellationToken) => socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(new { @event = each.Kind, data = (object)each }, _json),
        WebSocketMessageType.Text,
        endOfMessage: true,
        cancellationToken);

    /// <summary>The next message; null if the client closes the socket, or sends too much.</summary>
    private static async Task<byte[]?> ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        using var received = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close || received.Length + part.Count > LongestRequest)
            {
                return null;
            }

            received.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return received.ToArray();
            }
        }
    }
}
