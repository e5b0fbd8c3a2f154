using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>The API, ready, on its own database with the demo data.</summary>
public sealed class ApiFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiFactory? _api;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>The connection string of the database owner.</summary>
    public string ConnectionString { get; private set; } = null!;

    /// <summary>The services of the API.</summary>
    public IServiceProvider Services => _api!.Services;

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await postgres.CreateDatabaseAsync();
        _api = new ApiFactory(ConnectionString);
        await _api.IsReadyAsync(TestContext.Current.CancellationToken);
        Client = _api.CreateClient();
    }

    /// <summary>Uses the database as its owner, who has more rights than the API.</summary>
    public async Task<T> WithDatabaseAsync<T>(Func<OrdersDbContext, Task<T>> use)
    {
        await using var db = new OrdersDbContext(
            new DbContextOptionsBuilder<OrdersDbContext>().UseNpgsql(ConnectionString).Options);
        return await use(db);
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }
    }
}
