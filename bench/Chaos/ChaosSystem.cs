using System.Diagnostics;
using Npgsql;
using OrdersMcp.Bench.Servers;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Chaos;

/// <summary>PostgreSQL, the orders API and two MCP servers, each of which can be killed, stopped and started again on its port.</summary>
internal sealed class ChaosSystem : IAsyncDisposable
{
    private const int Replicas = 2;
    private static readonly string SigningKey = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    private readonly Workshop _workshop;
    private readonly Server?[] _mcp = new Server?[Replicas];
    private readonly int[] _mcpPorts = [.. Enumerable.Range(0, Replicas).Select(_ => Server.FreePort())];
    private readonly int _apiPort = Server.FreePort();
    private Server? _api;

    private ChaosSystem(Workshop workshop, PostgresServer postgres, SmallDisk? disk)
    {
        (_workshop, Postgres, Disk) = (workshop, postgres, disk);
        ConnectionString = new NpgsqlConnectionStringBuilder(postgres.ConnectionString("ordersdb")) { MaxPoolSize = 50 }.ConnectionString;
    }

    public PostgresServer Postgres { get; }

    /// <summary>The disk of PostgreSQL; null where none could be mounted for it.</summary>
    public SmallDisk? Disk { get; }

    public string ConnectionString { get; }

    public Uri Api => new($"http://127.0.0.1:{_apiPort}");

    public IReadOnlyList<Uri> Mcp => [.. _mcpPorts.Select(port => new Uri($"http://127.0.0.1:{port}/mcp"))];

    public int ApiPid => _api!.Pid;

    public int McpPid(int replica) => _mcp[replica]!.Pid;

    public static async Task<ChaosSystem> StartAsync(Workshop workshop, CancellationToken cancellation)
    {
        var disk = await SmallDisk.MountAsync(workshop, cancellation);
        var postgres = await PostgresServer.CreateAsync(disk?.Folder, losesNoCommit: true);
        await postgres.StartAsync();
        await postgres.CreateDatabaseAsync("ordersdb");
        var system = new ChaosSystem(workshop, postgres, disk);
        await system.StartApiAsync(cancellation);
        for (var i = 0; i < Replicas; i++)
        {
            await system.StartMcpAsync(i, cancellation);
        }

        workshop.Tell($"API at {system.Api}, MCP servers at {string.Join(", ", system.Mcp)}");
        return system;
    }

    public async Task StartApiAsync(CancellationToken cancellation)
    {
        var launch = ServiceLaunch.Api(_apiPort, ConnectionString, otlpPort: null);
        var environment = new Dictionary<string, string?>(launch.Environment, StringComparer.Ordinal) { ["Seed__Demo"] = "true" };
        _api = await Server.StartAsync(_workshop, "api", _apiPort, launch with { Environment = environment }, "/health", cancellation: cancellation);
    }

    public async Task StartMcpAsync(int replica, CancellationToken cancellation) => _mcp[replica] = await Server.StartAsync(
        _workshop, $"mcp-{replica}", _mcpPorts[replica],
        ServiceLaunch.Mcp(_mcpPorts[replica], Api.GetLeftPart(UriPartial.Authority), otlpPort: null, probe: null,
            ("Mcp__SigningKey", SigningKey), ("Mcp__Limits__Expensive__Burst", "1000000"), ("Mcp__Limits__Expensive__PerSecond", "1000000"),
            ("Audit__Directory", Path.Combine(_workshop.Folder, $"audit-{replica}"))),
        "/health", cancellation: cancellation);

    public async Task KillApiAsync() => await KillAsync(_api!);

    public async Task KillMcpAsync(int replica) => await KillAsync(_mcp[replica]!);

    /// <summary>Runs SQL as the owner of the database, and returns the first column.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, CancellationToken cancellation, params object[] parameters)
    {
        await using var source = NpgsqlDataSource.Create($"{ConnectionString};Pooling=false");
        await using var command = source.CreateCommand(sql);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var values = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            values.Add(reader.GetFieldValue<T>(0));
        }

        return values;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _mcp.Append(_api).OfType<Server>())
        {
            await server.DisposeAsync();
        }

        await Postgres.DisposeAsync();
        if (Disk is not null)
        {
            await Disk.DisposeAsync();
        }
    }

    private static async Task KillAsync(Server server)
    {
        using (var process = Process.GetProcessById(server.Pid))
        {
            process.Kill();
        }

        await server.DisposeAsync();
    }
}
