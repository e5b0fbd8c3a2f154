using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>An MCP server in front of an API of things. Tests set the responses of the API.</summary>
public sealed class ThingsServer : IAsyncLifetime
{
    internal TestApi Api { get; private set; } = null!;

    internal McpApplication Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Api = await TestApi.StartAsync(Documents.Things);
        Server = McpApplication.Start(Api.Address);
        await Server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Api.DisposeAsync();
    }
}
