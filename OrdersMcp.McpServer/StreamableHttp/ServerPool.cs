using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>
/// Servers of the SDK that answer one request after another. Making one for each request is a third of what the SDK costs
/// of a call. Only requests of 2026-07-28 share one, as each says all of itself; a server that has seen a handshake knows
/// something of its client. One request at a time has a server, and one that was broken off ends with its server.
/// </summary>
internal sealed class ServerPool(McpServerOptions options, ILoggerFactory loggerFactory, IServiceProvider services) : IAsyncDisposable
{
    /// <summary>How many servers wait for the next request; each is some kilobytes.</summary>
    private const int MostKept = 64;

    private readonly ConcurrentStack<PooledServer> _free = [];

    /// <summary>Whether a request can be answered by a server that others have used.</summary>
    public static bool CanAnswer(JsonRpcMessage message) =>
        message is JsonRpcRequest { Context.ProtocolVersion: ProtocolVersions.PerRequest, Method: not RequestMethods.SubscriptionsListen };

    /// <summary>Answers a request; see <see cref="StreamableHttpServerTransport"/>.</summary>
    public async Task<bool> AnswerAsync(
        JsonRpcMessage message, Stream answer, Func<JsonRpcMessage?, ValueTask> onStarting, CancellationToken cancellationToken)
    {
        var server = _free.TryPop(out var free) ? free : new PooledServer(options, loggerFactory, services);
        var isWhole = false;
        try
        {
            var isAnswered = await server.AnswerAsync(message, answer, onStarting, cancellationToken);
            isWhole = !cancellationToken.IsCancellationRequested;
            return isAnswered;
        }
        finally
        {
            if (isWhole && _free.Count < MostKept)
            {
                _free.Push(server);
            }
            else
            {
                await server.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_free.TryPop(out var server))
        {
            await server.DisposeAsync();
        }
    }

    private sealed class PooledServer : IAsyncDisposable
    {
        private readonly CancellationTokenSource _broken = new();
        private readonly StreamableHttpServerTransport _transport;
        private readonly ModelContextProtocol.Server.McpServer _server;
        private readonly Task _running;

        public PooledServer(McpServerOptions options, ILoggerFactory loggerFactory, IServiceProvider services)
        {
            _transport = new StreamableHttpServerTransport(loggerFactory) { Stateless = true, FlowExecutionContextFromRequests = true };
            _server = ModelContextProtocol.Server.McpServer.Create(_transport, options, loggerFactory, services);
            using (ExecutionContext.SuppressFlow()) // what it runs belongs to each request in turn, not to the first
            {
                _running = _server.RunAsync(_broken.Token);
            }
        }

        public async Task<bool> AnswerAsync(
            JsonRpcMessage message, Stream answer, Func<JsonRpcMessage?, ValueTask> onStarting, CancellationToken cancellationToken)
        {
            var filtered = FilteredMessage.Of(message);
            await using (cancellationToken.UnsafeRegister(static broken => ((CancellationTokenSource)broken!).Cancel(), _broken))
            {
                var isAnswered = await _transport.HandlePostRequestAsync(message, answer, onStarting, cancellationToken);
                await filtered.EndedAsync(); // filters run on for a moment, and ask the request
                return isAnswered;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _broken.CancelAsync();
            await _transport.DisposeAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _server.DisposeAsync();
            _broken.Dispose();
        }
    }
}

/// <summary>
/// Where a message is on its way through the filters, of which it meets this one first. A message that the SDK refuses
/// before them has not begun.
/// </summary>
internal sealed class FilteredMessage
{
    private const string Item = "filtered";
    private readonly TaskCompletionSource _ended = new();
    private volatile bool _hasBegun;

    /// <summary>When the filters are through with it, once it is answered.</summary>
    public Task EndedAsync() => _hasBegun ? _ended.Task : Task.CompletedTask;

    public static FilteredMessage Of(JsonRpcMessage message)
    {
        var filtered = new FilteredMessage();
        message.Context!.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        message.Context.Items[Item] = filtered;
        return filtered;
    }

    public static McpMessageHandler Filter(McpMessageHandler next) => (context, cancellationToken) =>
        context.JsonRpcMessage.Context?.Items?.TryGetValue(Item, out var filtered) is true
            ? ((FilteredMessage)filtered!).FilterAsync(context, next, cancellationToken)
            : next(context, cancellationToken);

    private async Task FilterAsync(MessageContext context, McpMessageHandler next, CancellationToken cancellationToken)
    {
        _hasBegun = true;
        try
        {
            await next(context, cancellationToken);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }
}
