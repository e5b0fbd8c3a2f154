using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.Playground;

/// <summary>A program that converses over a WebSocket.</summary>
internal sealed class ChatClient(ClientWebSocket socket) : IDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>Opens a socket.</summary>
    /// <param name="playground">The address of the playground.</param>
    /// <param name="origin">The origin of the page that opens it; none for a program.</param>
    public static async Task<ChatClient> ConnectAsync(Uri playground, string? origin = null)
    {
        var socket = new ClientWebSocket();
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await socket.ConnectAsync(new Uri($"ws://{playground.Authority}/ws/chat"), Cancellation);
        return new ChatClient(socket);
    }

    public Task SendAsync(JsonNode request) => SendAsync(request.ToJsonString());

    public Task SendAsync(string request) => socket.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, endOfMessage: true, Cancellation);

    /// <summary>The next event.</summary>
    public async Task<JsonObject> ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), Cancellation);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return JsonNode.Parse(message.ToArray())!.AsObject();
    }

    /// <summary>The events up to the one that says that the answer is done.</summary>
    public async Task<List<JsonObject>> ReadToEndAsync()
    {
        var events = new List<JsonObject>();
        while (events.Count == 0 || events[^1]["event"]!.ToString() != "done")
        {
            events.Add(await ReadAsync());
        }

        return events;
    }

    /// <summary>Closes the socket, and waits until the server has closed it too.</summary>
    public Task CloseAsync() => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, Cancellation);

    public void Dispose() => socket.Dispose();
}
