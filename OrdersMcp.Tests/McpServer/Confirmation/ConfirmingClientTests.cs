using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Confirmation;

/// <summary>Confirmation with the client of the SDK, whose handler acts as the person, over HTTP and stdio, in both eras.</summary>
[Trait("Category", "Postgres")]
public sealed class ConfirmingClientTests : IAsyncLifetime
{
    private static readonly Dictionary<string, object?> Order7 = new() { ["orderId"] = 7, ["reason"] = "Twice." };
    private ShopApi _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await ShopApi.StartAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Theory]
    [InlineData("http", null)]
    [InlineData("http", "2025-11-25")]
    [InlineData("http", "2025-06-18")]
    [InlineData("stdio", null)]
    [InlineData("stdio", "2025-11-25")]
    public async Task Person_confirms_and_declines(string transport, string? protocolVersion)
    {
        await using var server = transport == "http" ? McpApplication.Start(_shop.Api.Address) : null;
        var asked = new List<string>();
        var agrees = false;
        await using var client = await McpClient.CreateAsync(
            server is null ? Stdio() : new HttpClientTransport(new HttpClientTransportOptions { Endpoint = server.Endpoint }),
            new McpClientOptions
            {
                ProtocolVersion = protocolVersion,
                Handlers = new McpClientHandlers
                {
                    ElicitationHandler = (request, _) =>
                    {
                        asked.Add(request!.Message);
                        return ValueTask.FromResult(new ElicitResult
                        {
                            Action = "accept",
                            Content = new Dictionary<string, JsonElement> { ["confirm"] = JsonSerializer.SerializeToElement(agrees) },
                        });
                    },
                },
            },
            cancellationToken: TestContext.Current.CancellationToken);

        var declined = await client.CallToolAsync("cancel_order", Order7, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(_shop.Changes);
        agrees = true;
        var done = await client.CallToolAsync("cancel_order", Order7, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains("declined", ToolBench.Text(declined), StringComparison.Ordinal);
        Assert.Equal("cancelled", done.StructuredContent!.Value.GetProperty("status").GetString());
        Assert.Equal(["Cancel order 7? It is pending; its total is 35.5 EUR.", "Cancel order 7? It is pending; its total is 35.5 EUR."], asked);
        Assert.Single(_shop.Changes);
    }

    private StdioClientTransport Stdio() => new(new StdioClientTransportOptions
    {
        Command = "dotnet",
        Arguments = [BuiltProgram.Path("OrdersMcp.McpServer"), "--stdio", "--api", _shop.Api.Address],
    });
}
