using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Bench.Scenarios;

/// <summary>MCP servers that have not worked yet, beside those of the stage.</summary>
internal sealed class FreshServers(Stage stage) : IAsyncDisposable
{
    private readonly Dictionary<string, Server> _servers = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Server> Servers => _servers;

    /// <summary>Another process of a contestant's kind, or null where it is no MCP server, or the same as another.</summary>
    public async Task<Server?> StartAsync(Contestant contestant, CancellationToken cancellation)
    {
        var port = Server.FreePort();
        var server = contestant.Name switch
        {
            ContestantNames.Mcp => await StartAsync("mcp-fresh", port, ServiceLaunch.Mcp(port, stage.Api.Url, stage.OtlpPort), cancellation),
            ContestantNames.BareMcp => await StartAsync("csharp-sdk-fresh", port, stage.BareMcp(port), cancellation),
            ContestantNames.TypeScriptSdk or ContestantNames.FastMcp =>
                await Peers.NodeAsync(stage.Workshop, contestant.Name, stage.Api.Url, stage.Note, cancellation),
            _ => null,
        };
        if (server is not null)
        {
            _servers[contestant.Name] = server;
        }

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }

    private Task<Server> StartAsync(string name, int port, Launch launch, CancellationToken cancellation) =>
        Server.StartAsync(stage.Workshop, name, port, launch, "/health", cancellation: cancellation);
}
