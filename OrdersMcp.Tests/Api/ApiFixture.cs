using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Api.Data;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>The API, ready, on a database of its own with the demo data.</summary>
public sealed class ApiFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiFactory? _api;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _api = new ApiFactory(await postgres.CreateDatabaseAsync());
        await _api.IsReadyAsync(TestContext.Current.CancellationToken);
        Client = _api.CreateClient();
    }

    public async Task<T> WithDatabaseAsync<T>(Func<OrdersDbContext, Task<T>> use)
    {
        await using var scope = _api!.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<OrdersDbContext>());
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }
    }
}
