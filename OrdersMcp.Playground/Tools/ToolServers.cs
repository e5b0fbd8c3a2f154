using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Telemetry;

namespace OrdersMcp.Playground.Tools;

/// <summary>
/// The connections to the MCP server, one for each caller. A connection is made when it is needed first, and again after it
/// failed. The protocol has no sessions, so an open connection survives a restart of the server.
/// </summary>
internal sealed class ToolServers(
    IHttpMessageHandlerFactory handlers, IOptions<PlaygroundOptions> options, PlaygroundTelemetry telemetry, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>The name of the HTTP client.</summary>
    public const string HttpClient = "mcp";

    private const string ApiKeyHeader = "X-API-Key";
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(20);

    private readonly Lock _opening = new();
    private readonly Dictionary<string, Task<McpClient>> _open = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>The caller of an id.</summary>
    /// <param name="id">The id; null for the default.</param>
    /// <returns>Null if there is no such caller.</returns>
    public CallerOptions? Find(string? id)
    {
        var wanted = string.IsNullOrEmpty(id) ? options.Value.DefaultCaller : id;
        return string.IsNullOrEmpty(wanted)
            ? options.Value.AllCallers[0]
            : options.Value.AllCallers.FirstOrDefault(caller => caller.Id == wanted);
    }

    /// <summary>The server as the caller sees it.</summary>
    /// <exception cref="ToolServerException">The server cannot be reached, or refuses the caller.</exception>
    public async Task<ToolServer> ConnectAsync(CallerOptions caller, CancellationToken cancellationToken)
    {
        Task<McpClient> client;
        lock (_opening)
        {
            if (!_open.TryGetValue(caller.Id, out client!) || client.IsFaulted || client.IsCanceled)
            {
                // The connection outlives this request, and must not belong to its trace.
                using (ExecutionContext.SuppressFlow())
                {
                    client = _open[caller.Id] = Task.Run(() => OpenAsync(caller), CancellationToken.None);
                }
            }
        }

        try
        {
            return new ToolServer(await client.WaitAsync(cancellationToken), telemetry);
        }
        catch (Exception exception) when (exception is McpException or HttpRequestException or IOException or TimeoutException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Failed(exception);
        }
    }

    /// <summary>The failure of a call for a person: what to do about it, without addresses of other systems.</summary>
    public static ToolServerException Failed(Exception exception) => new(
        StatusOf(exception) switch
        {
            HttpStatusCode.Unauthorized => "The MCP server does not accept the credential of this caller. Check Playground:Callers.",
            HttpStatusCode.Forbidden => $"The MCP server refuses this caller: {exception.Message}",
            HttpStatusCode.TooManyRequests => "The MCP server limits the calls of this caller. Wait a moment.",
            { } status => $"The MCP server answers with {(int)status}: {exception.Message}",
            null when exception is McpException => $"The MCP server refused: {exception.Message}",
            null => "The MCP server cannot be reached. Check that it is running, and Playground:Server.",
        },
        exception,
        StatusOf(exception) switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => StatusCodes.Status403Forbidden,
            HttpStatusCode.TooManyRequests => StatusCodes.Status429TooManyRequests,
            _ => StatusCodes.Status502BadGateway,
        });

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Task<McpClient>[] all;
        lock (_opening)
        {
            all = [.. _open.Values];
            _open.Clear();
        }

        foreach (var client in all)
        {
            await client.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (client.IsCompletedSuccessfully)
            {
                await client.Result.DisposeAsync();
            }
        }

        _closing.Dispose();
    }

    private static HttpStatusCode? StatusOf(Exception? exception) => exception switch
    {
        null => null,
        HttpRequestException { StatusCode: { } status } => status,
        _ => StatusOf(exception.InnerException),
    };

    private async Task<McpClient> OpenAsync(CallerOptions caller)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        limited.CancelAfter(ConnectPatience);
        var address = new Uri(options.Value.Server);
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                // The SDK takes no address such as https+http://mcp; the handler puts it back for the service discovery.
                Endpoint = new UriBuilder(address) { Scheme = Uri.UriSchemeHttp, Port = address.IsDefaultPort ? -1 : address.Port }.Uri,
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = caller.ApiKey is { Length: > 0 } key
                    ? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [ApiKeyHeader] = key }
                    : null,
            },
            new HttpClient(new AddressHandler(address, handlers.CreateHandler(HttpClient)), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
            loggers,
            ownsHttpClient: true);
        return await McpClient.CreateAsync(new HeldQuestions(transport), Client(), loggers, limited.Token);
    }

    private static McpClientOptions Client() => new()
    {
        ClientInfo = new Implementation { Name = "ordersmcp-playground", Title = "OrdersMcp playground", Version = "1.0.0" },
        Capabilities = new ClientCapabilities
        {
            Elicitation = new ElicitationCapability { Form = new FormElicitationCapability() },
            Extensions = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["io.modelcontextprotocol/ui"] = new JsonObject { ["mimeTypes"] = new JsonArray(ToolServer.AppType) },
            },
        },
        Handlers = new McpClientHandlers
        {
            // Questions arrive as results (HeldQuestions); only a server of an older protocol asks like this.
            ElicitationHandler = static (_, _) => ValueTask.FromResult(new ElicitResult { Action = "cancel" }),
        },
    };

    /// <summary>Sends requests to the configured address, which may name a service.</summary>
    private sealed class AddressHandler(Uri address, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = address;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
