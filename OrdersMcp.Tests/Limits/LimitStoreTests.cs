using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.McpServer.Limits;

namespace OrdersMcp.Tests.Limits;

/// <summary>The life of the store's connection in its host.</summary>
[Trait("Category", "Unit")]
public sealed class LimitStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:1,connectTimeout=100")]
    public async Task Store_can_be_stopped_after_it_is_disposed(string connection)
    {
        await using var services = new ServiceCollection().AddMetrics().AddLogging().AddSingleton(TimeProvider.System)
            .Configure<LimitStoreOptions>(options => options.ConnectionString = connection)
            .AddSingleton<LimitStoreMetrics>().AddSingleton<LimitStore>().BuildServiceProvider();
        var store = services.GetRequiredService<LimitStore>();
        await store.StartAsync(Cancellation);
        Assert.Equal(connection.Length > 0, store.IsAway);

        await store.DisposeAsync();

        await store.StopAsync(Cancellation);
    }
}
