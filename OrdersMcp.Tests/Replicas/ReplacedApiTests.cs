using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Replicas;

/// <summary>
/// Replicas of the API that are replaced by others with another document: in development, the API has one more operation.
/// Without a push, the MCP servers would not notice for an hour.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class ReplacedApiTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string NewTool = "reset_demo_data";

    /// <summary>Less than a second on a quiet machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<McpApplication> _servers = [];
    private readonly List<(int Number, ApiFactory Api)> _old = [];
    private readonly List<ApiFactory> _new = [];
    private string _database = null!;
    private RoundRobinProxy _balancer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _balancer = await RoundRobinProxy.StartAsync([]);
        for (var i = 0; i < 2; i++)
        {
            var api = await StartApiAsync("Production");
            _old.Add((_balancer.Add(api.ClientOptions.BaseAddress), api));
        }

        for (var i = 0; i < 4; i++)
        {
            _servers.Add(McpApplication.Start(
                _balancer.Address.GetLeftPart(UriPartial.Authority), ("Mcp:RefreshInterval", "01:00:00"), ("Mcp:ApiDefaults:orders:ExcludeTags:0", "completion")));
            await _servers[^1].WaitForHealthAsync("Healthy");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _servers.Cast<IAsyncDisposable>().Concat(_new).Concat(_old.Select(old => old.Api)).Append(_balancer))
        {
            await part.DisposeAsync();
        }
    }

    [Fact]
    public async Task All_servers_show_the_new_tools_as_soon_as_one_new_replica_answers_and_keep_them()
    {
        Assert.Equal(0, Showing());

        await StartNewAsync();
        _balancer.Add(_new[0].ClientOptions.BaseAddress);
        await ShownAsync("after the first new replica answers");
        await StopOldAsync();

        Assert.Equal(_servers.Count, Showing());
        await Task.WhenAll(_servers.Select(server => server.Services.GetRequiredService<CatalogRefresher>().RefreshAsync()));
        Assert.Equal(_servers.Count, Showing());
    }

    [Fact]
    public async Task All_servers_show_the_new_tools_when_the_balancer_notices_the_new_replica_late()
    {
        await StartNewAsync();
        // Nobody found the announced document, so this reading also takes all its requests.
        await Task.WhenAll(_servers.Select(server => server.Services.GetRequiredService<CatalogRefresher>().RefreshAsync()));
        Assert.Equal(0, Showing());

        _balancer.Add(_new[0].ClientOptions.BaseAddress);
        await StopOldAsync();

        await ShownAsync("after the last old replica has stopped");
    }

    private int Showing() => _servers.Count(server => server.Services.GetRequiredService<ToolCatalog>().Find(NewTool) is not null);

    private async Task ShownAsync(string since)
    {
        var waited = Stopwatch.StartNew();
        await Until.TrueAsync(() => Showing() == _servers.Count, () => $"Only {Showing()} servers show the new tool.", Patience);
        TestContext.Current.TestOutputHelper?.WriteLine($"All servers show the new tools {waited.ElapsedMilliseconds} ms {since}.");
    }

    private async Task StartNewAsync() => _new.Add(await StartApiAsync("Development"));

    private async Task<ApiFactory> StartApiAsync(string environment)
    {
        var api = new ApiFactory(_database, environment: environment);
        api.UseKestrel();
        api.StartServer();
        await api.IsReadyAsync(Cancellation);
        return api;
    }

    private async Task StopOldAsync()
    {
        foreach (var (number, api) in _old)
        {
            _balancer.Remove(number); // as a balancer does while the replica drains
            await api.DisposeAsync();
        }
    }
}
