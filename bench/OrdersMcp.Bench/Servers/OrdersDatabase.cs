using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Bench.Servers;

/// <summary>PostgreSQL with the orders that all contestants read.</summary>
internal sealed class OrdersDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;

    private OrdersDatabase(PostgresServer server, string connectionString, int pid, string version)
    {
        (_server, ConnectionString, Pid, Version) = (server, connectionString, pid, version);
    }

    public string ConnectionString { get; }

    /// <summary>The process whose children answer the connections.</summary>
    public int Pid { get; }

    public string Version { get; }

    public static async Task<OrdersDatabase> CreateAsync(Workshop workshop, int orders, CancellationToken cancellation)
    {
        var server = await PostgresServer.CreateAsync();
        await server.StartAsync();
        // The tests' server says 20 connections for each of many tests; here the service's own default holds.
        var builder = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync("ordersdb"));
        builder.Remove("Maximum Pool Size");
        var connectionString = builder.ConnectionString;
        workshop.Tell(string.Create(CultureInfo.InvariantCulture, $"Seeding {orders:N0} orders"));
        var seed = ServiceLaunch.Own("OrdersMcp.Api", ["seed", "--orders", $"{orders}"]);
        var start = new ProcessStartInfo(seed.FileName, seed.Arguments)
        {
            WorkingDirectory = seed.WorkingDirectory,
            Environment = { ["ConnectionStrings__ordersdb"] = connectionString },
        };
        var (exitCode, output, error) = await ProgramRun.RunAsync(start, TimeSpan.FromMinutes(30));
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"Seeding failed: {output}{error}");
        }

        await using var source = NpgsqlDataSource.Create(connectionString);
        await using (var vacuum = source.CreateCommand("VACUUM ANALYZE"))
        {
            vacuum.CommandTimeout = 600;
            await vacuum.ExecuteNonQueryAsync(cancellation);
        }

        await using var connection = await source.OpenConnectionAsync(cancellation);
        return new OrdersDatabase(server, connectionString, await ParentOfAsync(connection.ProcessID), connection.PostgreSqlVersion.ToString());
    }

    /// <summary>The first column of what a statement answers.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var values = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            values.Add(reader.GetFieldValue<T>(0));
        }

        return values;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<int> ParentOfAsync(int pid)
    {
        var stat = await File.ReadAllTextAsync($"/proc/{pid}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
