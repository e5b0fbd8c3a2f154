using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>A real client finds a real authorization server through this server's metadata.</summary>
[Trait("Category", "Postgres")]
public sealed class OAuthClientTests
{
    [Fact]
    public async Task Client_gets_a_token_by_itself_and_another_when_a_call_needs_more()
    {
        var resource = $"http://127.0.0.1:{FreePort.Take()}/mcp";
        await using var issuer = await AuthorizationServer.StartAsync(resource);
        await using var server = await GuardedServer.StartAsync(
            ("environment", "Production"),
            ("urls", new Uri(resource).GetLeftPart(UriPartial.Authority)),
            ("Authentication:Resource", resource),
            ("Authentication:Schemes:Bearer:Authority", issuer.Address),
            ("Authentication:Schemes:Bearer:RequireHttpsMetadata", "false"));
        List<string> asked = [];

        await using var client = await ConnectAsync(resource, asked);
        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["list_orders", "plain"], tools.Select(tool => tool.Name));
        Assert.Single(asked);
        Assert.Contains("code_challenge_method=S256", asked[0], StringComparison.Ordinal);
        Assert.Contains($"resource={Uri.EscapeDataString(resource)}", asked[0], StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("orders.write", asked[0], StringComparison.Ordinal);

        // Beyond the first token, the client is denied, requests more scopes and calls again without help.
        var result = await client.CallToolAsync("create_order", cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotEqual(true, result.IsError);
        Assert.Equal(2, asked.Count);
        Assert.Contains("orders.write", asked[1], StringComparison.Ordinal);
        Assert.Single(server.Api.Requests, request => request.Method == "POST");
        tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("create_order", tools.Select(tool => tool.Name));
    }

    private static async Task<McpClient> ConnectAsync(string endpoint, List<string> asked) => await McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(endpoint),
            TransportMode = HttpTransportMode.StreamableHttp,
            OAuth = new ClientOAuthOptions
            {
                ClientId = "agent",
                RedirectUri = new Uri("http://127.0.0.1:1179/callback"), // nothing listens there: it only marks the end of the way
                AuthorizationCallbackHandler = (context, cancellationToken) =>
                {
                    asked.Add(context.AuthorizationUri.Query);
                    return AuthorizationServer.AuthorizeAsync(context.AuthorizationUri, context.RedirectUri, cancellationToken);
                },
            },
        }),
        cancellationToken: TestContext.Current.CancellationToken);
}
