using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.Playground.Tools;

/// <summary>
/// A transport that hands a question of the server to whoever called the tool. The SDK would have it answered within the call,
/// but here the person answers in a later request, with the state that the server gave.
/// </summary>
internal sealed class HeldQuestions(IClientTransport inner) : IClientTransport
{
    /// <summary>The member of a result's <c>_meta</c> with the questions.</summary>
    public const string Meta = "playground/input-required";

    public string Name => inner.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) =>
        new Transport(await inner.ConnectAsync(cancellationToken));

    private sealed class Transport(ITransport inner) : ITransport
    {
        public string? SessionId => inner.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader { get; } = new Reader(inner.MessageReader);

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) =>
            inner.SendMessageAsync(message, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Reader(ChannelReader<JsonRpcMessage> inner) : ChannelReader<JsonRpcMessage>
    {
        public override Task Completion => inner.Completion;

        public override bool TryRead(out JsonRpcMessage item)
        {
            if (!inner.TryRead(out item!))
            {
                return false;
            }

            if (item is JsonRpcResponse { Result: JsonObject result } response && result["resultType"] is JsonValue type
                && type.TryGetValue<string>(out var name) && name == "input_required")
            {
                response.Result = new JsonObject
                {
                    ["resultType"] = "complete",
                    ["content"] = new JsonArray(),
                    ["_meta"] = new JsonObject { [Meta] = result.DeepClone() },
                };
            }

            return true;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
            inner.WaitToReadAsync(cancellationToken);
    }
}
