using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>Calls before the server has read the document that says which scope they need.</summary>
[Trait("Category", "Postgres")]
public sealed class MissingDocumentTests : IAsyncLifetime
{
    private TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task Call_waits_for_the_document_before_it_is_authorized()
    {
        var address = $"http://127.0.0.1:{FreePort.Take()}";
        await using var server = McpApplication.Start(address, _issuer.Settings(("Mcp:FirstLoadWait", "00:00:30")));

        var writing = CallAsync(server, "create_order", "orders.read");
        await using var api = await TestApi.StartAsync(GuardedServer.Operations, address);
        using var response = await writing;

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("scope=\"orders.write\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    /// <summary>Otherwise one caller could take all places of the server while a document is missing.</summary>
    [Fact]
    public async Task Waiting_call_counts_against_the_limit_of_its_caller()
    {
        var address = $"http://127.0.0.1:{FreePort.Take()}";
        await using var server = McpApplication.Start(
            address, _issuer.Settings(("Mcp:FirstLoadWait", "00:00:30"), ("Mcp:Limits:ConcurrentPerCaller", "1")));

        Task<HttpResponseMessage>[] calls = [ListAsync(), ListAsync()];
        var sooner = await Task.WhenAny(calls);
        using var refused = await sooner;
        await using var api = await TestApi.StartAsync(GuardedServer.Operations, address);
        using var answered = await calls.Single(call => call != sooner);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);

        Task<HttpResponseMessage> ListAsync() => CallAsync(server, "list_orders", "orders.read");
    }

    [Fact]
    public async Task Call_without_a_document_fails_with_the_name_of_the_api_and_is_recorded()
    {
        var address = $"http://127.0.0.1:{FreePort.Take()}";
        await using var server = McpApplication.Start(address, _issuer.Settings(("Mcp:FirstLoadWait", "00:00:00.050")));

        using var response = await CallAsync(server, "create_order", "orders.write");
        await using var api = await TestApi.StartAsync(GuardedServer.Operations, address);

        Assert.Contains("orders", (await Messages.ReadAsync(response))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        await Until.TrueAsync(() => !api.Audit.IsEmpty, () => "Nothing is on record.");
        Assert.Equal("upstream_unavailable", Assert.Single(api.Audit.Values)["outcome"]!.ToString());
    }

    private Task<HttpResponseMessage> CallAsync(McpApplication server, string tool, string scope) => server.PostAsync(
        JsonContent.Create(Messages.Request("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = new JsonObject() })),
        (Messages.VersionHeader, Messages.Version),
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", tool),
        GuardedServer.Bearer(_issuer.Token(_issuer.Claims(("sub", "alice"), ("scope", scope)))));
}
