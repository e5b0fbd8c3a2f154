using System.Net;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The MCP server's own credential for the API, new in each run.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class ServiceCredentialTests(SharedStack shared)
{
    private static readonly HttpClient Http = OutsideClient.Shared;

    [Fact]
    public async Task Change_through_the_mcp_server_is_recorded_as_such()
    {
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(shared.Stack.Mcp.Endpoint) }),
            cancellationToken: TestContext.Current.CancellationToken);
        await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken); // tells the client which headers a call needs
        await client.CallToolAsync(
            "add_order_note", new Dictionary<string, object?>(StringComparer.Ordinal) { ["orderId"] = 4, ["note"] = "Leave it at the door." },
            cancellationToken: TestContext.Current.CancellationToken);

        // In Development the API needs no credential from this machine.
        using var response = await Http.GetAsync($"{shared.Stack.Api.Url}/orders/4/history?limit=200", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var history = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        var change = history["items"]!.AsArray().Last()!;
        Assert.Equal("anonymous", change["actor"]!.GetValue<string>());
        Assert.EndsWith("via key:mcp", change["client"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
