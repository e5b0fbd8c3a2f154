using OrdersMcp.Tests.Postgres;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace OrdersMcp.Tests.Postgres;

/// <summary>One PostgreSQL for the whole test run, started for the first database.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(StartAsync);

    /// <summary>Creates an empty database.</summary>
    /// <returns>The connection string.</returns>
    public async Task<string> CreateDatabaseAsync() =>
        await (await _server.Value).CreateDatabaseAsync($"test_{Guid.NewGuid():N}");

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.CreateAsync();
        await server.StartAsync();
        return server;
    }
}
