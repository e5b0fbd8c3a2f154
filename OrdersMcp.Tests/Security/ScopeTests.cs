using System.Net;
using System.Text.Json.Nodes;
using OrdersMcp.ServiceDefaults.Authentication;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

[Trait("Category", "Postgres")]
public sealed class ScopeTests : IAsyncLifetime
{
    private TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task Stranger_is_told_where_to_get_a_token_and_with_which_scope()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings());

        using var response = await server.ListAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.Single();
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.Contains("resource_metadata=\"https://mcp.example.test/.well-known/oauth-protected-resource/mcp\"", challenge.Parameter, StringComparison.Ordinal);
        Assert.Contains("scope=\"orders.read", challenge.Parameter, StringComparison.Ordinal);
        Assert.DoesNotContain("error", challenge.Parameter, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/.well-known/oauth-protected-resource/mcp")]
    [InlineData("/.well-known/oauth-protected-resource")]
    public async Task Protected_resource_metadata_is_open(string path)
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings());

        using var response = await server.Application.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var document = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(TestIssuer.Audience, document["resource"]!.GetValue<string>());
        Assert.Equal([_issuer.Address], document["authorization_servers"]!.AsArray().Select(each => each!.GetValue<string>()));
        Assert.Contains("orders.read", document["scopes_supported"]!.AsArray().Select(each => each!.GetValue<string>()));
        Assert.DoesNotContain("offline_access", document.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("header", document["bearer_methods_supported"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_an_authorization_server_there_is_no_metadata()
    {
        await using var server = await GuardedServer.StartAsync();

        using var response = await server.Application.SendAsync(HttpMethod.Get, "/.well-known/oauth-protected-resource/mcp");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Caller_sees_only_the_tools_that_it_may_use_in_a_private_list()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings());

        using var reader = await server.ListAsync(GuardedServer.Bearer(_issuer.Token()));
        using var writer = await server.ListAsync(GuardedServer.Bearer(With("orders.write")));
        using var nobody = await server.ListAsync(GuardedServer.Bearer(With("other")));

        Assert.Equal(["list_orders", "plain"], await GuardedServer.ToolNamesAsync(reader));
        Assert.Equal("private", (await Messages.ReadAsync(reader))["result"]!["cacheScope"]!.GetValue<string>());
        Assert.Equal(["create_order", "list_orders", "plain"], await GuardedServer.ToolNamesAsync(writer)); // orders.write implies orders.read
        Assert.Empty(await GuardedServer.ToolNamesAsync(nobody));
    }

    [Fact]
    public async Task All_tools_are_shown_if_the_settings_say_so()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(("Mcp:ListAllTools", "true")));

        using var reader = await server.ListAsync(GuardedServer.Bearer(_issuer.Token()));

        Assert.Equal(3, (await GuardedServer.ToolNamesAsync(reader)).Length);
        Assert.Equal("public", (await Messages.ReadAsync(reader))["result"]!["cacheScope"]!.GetValue<string>());
    }

    [Fact]
    public async Task Call_beyond_the_scopes_is_403_with_the_missing_scope_and_nothing_is_done()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings());

        using var response = await server.CallAsync("create_order", GuardedServer.Bearer(_issuer.Token()));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.Single().Parameter!;
        Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"orders.write\"", challenge, StringComparison.Ordinal);
        Assert.Contains("resource_metadata=\"https://mcp.example.test/.well-known/oauth-protected-resource/mcp\"", challenge, StringComparison.Ordinal);
        var error = await Messages.ReadAsync(response);
        Assert.Equal(7, error["id"]!.GetValue<int>());
        Assert.Contains("orders.write", error["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("orders.write", error["error"]!["data"]!["scopes"]![0]!.GetValue<string>());
        Assert.Empty(server.Api.Requests);
    }

    [Fact]
    public async Task Operation_that_declares_no_scope_needs_one_by_its_method()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(("Mcp:Apis:0:Name", "shop")));

        using var without = await server.CallAsync("plain", GuardedServer.Bearer(With("orders.write")));
        using var with = await server.CallAsync("plain", GuardedServer.Bearer(With("shop.read")));

        Assert.Contains("scope=\"shop.read\"", without.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
    }

    [Fact]
    public async Task No_token_can_have_the_scope_of_everything()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings());

        using var response = await server.CallAsync("list_orders", GuardedServer.Bearer(With("*")));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Token_is_not_forwarded_and_the_server_names_the_caller_with_its_own_credential()
    {
        const string Secret = "a-secret-of-the-server-0123456789abcdef";
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(("Mcp:Apis:0:ApiKey", Secret)));
        var token = _issuer.Token(_issuer.Claims(("customer_id", 7)));

        using var response = await server.SendAsync(
            "tools/call", new JsonObject { ["name"] = "list_orders", ["arguments"] = new JsonObject() },
            GuardedServer.Bearer(token), (OnBehalfOf.Header, "forged"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var request = Assert.Single(server.Api.Requests);
        Assert.DoesNotContain(request.Headers, header => header.Value.Contains(token, StringComparison.Ordinal));
        Assert.False(request.Headers.ContainsKey("Authorization"));
        Assert.Equal(Secret, request.Headers["X-API-Key"]);
        var told = OnBehalfOf.Read(request.Headers[OnBehalfOf.Header])!;
        Assert.Equal(("alice", "agent", "7"), (told.Name, told.Client, told.Customer));
        Assert.Equal(["orders.read"], told.Scopes!);
    }

    [Fact]
    public async Task Server_without_a_credential_names_no_caller_to_the_api()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings());

        using var response = await server.CallAsync("list_orders", GuardedServer.Bearer(_issuer.Token()), (OnBehalfOf.Header, "forged"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(Assert.Single(server.Api.Requests).Headers.ContainsKey(OnBehalfOf.Header));
    }

    private string With(string scope) => _issuer.Token(_issuer.Claims(("scope", scope)));
}
