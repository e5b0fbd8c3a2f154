using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>
/// Servers of the SDK that answer one request after another. Making one for each request is much of what the SDK costs
/// of a call (docs/decisions/0010). Only requests of 2026-07-28 share one, as each says all of itself; a server that has seen a handshake knows
/// something of its client. One request at a time has a server, and one that was broken off ends with its server.
/// </summary>
internal sealed class ServerPool(McpServerOptions options, ILoggerFactory loggerFactory, IServiceProvider services) : IAsyncDisposable
{
    /// <summary>How many servers wait for the next request; each is some kilobytes.</summary>
    private const int MostKept = 64;

    private readonly ConcurrentStack<PooledServer> _free = [];
    private int _kept;

    /// <summary>Whether a request can be answered by a server that others have used.</summary>
    public static bool CanAnswer(JsonRpcMessage message) =>
        message is JsonRpcRequest { Context.ProtocolVersion: ProtocolVersions.PerRequest, Method: not RequestMethods.SubscriptionsListen };

    /// <summary>Answers a request; see <see cref="StreamableHttpServerTransport"/>.</summary>
    public async Task<bool> AnswerAsync(
        JsonRpcMessage message, Stream answer, Func<JsonRpcMessage?, ValueTask> onStarting, CancellationToken cancellationToken)
    {
        var server = Take() ?? new PooledServer(options, loggerFactory, services);
        var isWhole = false;
        try
        {
            var isAnswered = await server.AnswerAsync(message, answer, onStarting, cancellationToken);
            isWhole = !cancellationToken.IsCancellationRequested;
            return isAnswered;
        }
        finally
        {
            if (!isWhole || !TryKeep(server))
            {
                await server.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (Take() is { } server)
        {
            await server.DisposeAsync();
        }
    }

    private PooledServer? Take()
    {
        if (!_free.TryPop(out var server))
        {
            return null;
        }

        Interlocked.Decrement(ref _kept);
        return server;
    }

    private bool TryKeep(PooledServer server)
    {
        if (Interlocked.Increment(ref _kept) > MostKept)
        {
            Interlocked.Decrement(ref _kept);
            return false;
        }

        _free.Push(server);
        return true;
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
