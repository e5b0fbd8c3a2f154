using System.Globalization;
using Npgsql;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Replicas;

/// <summary>
/// Four MCP servers and three APIs on one database, as processes. A balancer in front of each kind gives every request to the
/// next replica; another one in front of the MCP servers keeps sessions where they are.
/// </summary>
public sealed class ReplicaSystem(PostgresFixture postgres) : IAsyncLifetime
{
    public const int McpServers = 4;
    private const int Apis = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("ordersmcp-replicas-").FullName;
    private readonly List<IAsyncDisposable> _running = [];
    private readonly Dictionary<int, McpProcess> _mcp = [];
    private readonly Dictionary<int, string> _folders = [];
    private readonly Dictionary<int, ApiProcess> _apis = [];
    private RoundRobinProxy _apiBalancer = null!;

    public string ConnectionString { get; private set; } = null!;

    /// <summary>In turn to all MCP servers.</summary>
    internal RoundRobinProxy Balancer { get; private set; } = null!;

    /// <summary>As <see cref="Balancer"/>, but the requests of a session go to its replica.</summary>
    internal RoundRobinProxy SessionBalancer { get; private set; } = null!;

    internal Uri Endpoint => new(Balancer.Address, "/mcp");

    internal Uri SessionEndpoint => new(SessionBalancer.Address, "/mcp");

    /// <summary>The address of the balancer of the APIs.</summary>
    internal string ApiAddress => _apiBalancer.Address.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await postgres.CreateDatabaseAsync();
        _apiBalancer = Keep(await RoundRobinProxy.StartAsync([]));
        Balancer = Keep(await RoundRobinProxy.StartAsync([]));
        SessionBalancer = Keep(await RoundRobinProxy.StartAsync([], "Mcp-Session-Id"));
        for (var started = 0; started < Apis; started++)
        {
            await StartApiAsync();
        }

        await Task.WhenAll(_apis.Values.Select(api => Until.HealthyAsync(new Uri(new Uri(api.Address), "/health"))));
        foreach (var number in Enumerable.Range(0, McpServers))
        {
            await StartMcpAsync(FolderOf(number));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _mcp.Values.Cast<IAsyncDisposable>().Concat(_apis.Values).Concat(_running))
        {
            await process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Kills an MCP server; the balancers find out by themselves.</summary>
    /// <returns>Its number.</returns>
    internal async Task<int> KillMcpAsync()
    {
        var (number, process) = _mcp.First();
        await process.KillAsync();
        return number;
    }

    /// <summary>Kills an API.</summary>
    internal async Task KillApiAsync()
    {
        var (number, process) = _apis.First();
        await process.KillAsync();
        await process.DisposeAsync();
        _apis.Remove(number);
    }

    /// <summary>Starts replicas in place of those that were killed. The MCP server continues the journal of its predecessor.</summary>
    internal async Task ReplaceAsync(int mcp)
    {
        await _mcp[mcp].DisposeAsync();
        _mcp.Remove(mcp);
        await StartApiAsync();
        await StartMcpAsync(FolderOf(mcp));
    }

    /// <summary>The first column of the first row.</summary>
    internal async Task<T> QueryAsync<T>(string sql, params object[] parameters)
    {
        await using var database = NpgsqlDataSource.Create($"{ConnectionString};Pooling=false");
        await using var command = database.CreateCommand(sql);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private async Task StartApiAsync()
    {
        var api = await ApiProcess.StartAsync(
            ConnectionString, ("Authentication:AllowAnonymous", "true"), ("Seed:Demo", "true"), ("Database:Connections", "20"));
        _apis[_apiBalancer.Add(new Uri(api.Address))] = api;
    }

    private async Task StartMcpAsync(string audit)
    {
        // The limits of development are far above what a test sends.
        var server = await McpProcess.StartAsync(ApiAddress, audit, ("Mcp:SigningKey", new string('k', 32)));
        await Until.HealthyAsync(new Uri(server.Endpoint, "/health"));
        var number = Balancer.Add(server.Endpoint);
        SessionBalancer.Add(server.Endpoint);
        _mcp[number] = server;
        _folders[number] = audit;
    }

    private string FolderOf(int number) =>
        _folders.GetValueOrDefault(number) ?? Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"mcp-{number}"));

    private T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        _running.Add(started);
        return started;
    }
}

/// <summary>The tests of replicas share one system, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class SharedReplicas : ICollectionFixture<ReplicaSystem>
{
    public const string Name = "replicas";
}
