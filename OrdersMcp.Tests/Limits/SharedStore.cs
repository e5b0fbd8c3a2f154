using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Limits;

/// <summary>Tests of replicas of the MCP server that share a store before one API. Each test has its own store.</summary>
public abstract class SharedStore : IAsyncLifetime
{
    private protected RedisServer Store { get; private set; } = null!;

    private protected TestApi Api { get; private set; } = null!;

    public async ValueTask InitializeAsync() => (Store, Api) = (await RedisServer.StartAsync(), await Replica.StartApiAsync());

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
