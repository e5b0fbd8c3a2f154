using System.Net;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Security;

/// <summary>Which anonymous callers are admitted.</summary>
[Trait("Category", "Postgres")]
public sealed class AnonymousAccessTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Development_without_a_scheme_is_open_to_this_machine()
    {
        await using var server = await GuardedServer.StartAsync();

        using var list = await server.ListAsync();
        using var call = await server.CallAsync("create_order");

        Assert.Equal(3, (await GuardedServer.ToolNamesAsync(list)).Length);
        Assert.Equal(HttpStatusCode.OK, call.StatusCode);
    }

    [Theory]
    [InlineData("Development", "true", HttpStatusCode.OK)]
    [InlineData("Development", "false", HttpStatusCode.Unauthorized)]
    [InlineData("Production", "true", HttpStatusCode.Unauthorized)]
    public async Task Key_for_development_leaves_development_open_to_this_machine(string environment, string isForDevelopment, HttpStatusCode status)
    {
        var key = ApiKey.Create();
        await using var server = await GuardedServer.StartAsync(
            ("environment", environment),
            ("AllowedHosts", "*"),
            ("Authentication:ApiKeys:tool:Name", "tool"),
            ("Authentication:ApiKeys:tool:Hash", KeyHash.Of(key.Id, key.Secret).Text),
            ("Authentication:ApiKeys:tool:Scopes:0", "orders.read"),
            ("Authentication:ApiKeys:tool:IsForDevelopment", isForDevelopment));

        using var anonymous = await server.CallAsync("create_order");
        using var holder = await server.ListAsync(("X-API-Key", key.Text));

        Assert.Equal(status, anonymous.StatusCode);
        Assert.DoesNotContain("create_order", await GuardedServer.ToolNamesAsync(holder)); // the key counts, with its scopes
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    public async Task Development_without_a_scheme_is_closed_to_requests_through_a_proxy(string name, string value)
    {
        await using var server = await GuardedServer.StartAsync();

        using var response = await server.ListAsync((name, value));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Development_without_a_scheme_is_closed_to_other_machines()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(each => each.GetIPProperties().UnicastAddresses)
            .Select(each => each.Address)
            .FirstOrDefault(each => each.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(each));
        Assert.True(address is not null, "This test needs a network interface besides loopback.");
        await using var api = await TestApi.StartAsync("{}");
        await using var server = McpApplication.Start(api.Address, ("urls", $"http://{address}:0"), ("AllowedHosts", "*"));

        // The connection comes from the machine's own address but not over loopback, like that of another machine.
        using var response = await server.PostAsync(JsonContent.Create(Messages.Request("tools/list")));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("only this machine may call", (await Messages.ReadAsync(response))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void Server_does_not_start_outside_development_without_a_scheme(string environment)
    {
        var failure = Assert.ThrowsAny<Exception>(() => McpApplication.Start("http://127.0.0.1:1", ("environment", environment)));

        Assert.Contains("Authentication:AllowAnonymous", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_does_not_start_outside_development_without_a_scheme()
    {
        await using var api = new ApiFactory(
            await postgres.CreateDatabaseAsync(), environment: "Production", settings: ("Authentication:AllowAnonymous", "false"));

        Assert.Throws<OptionsValidationException>(api.CreateClient);
    }

    [Fact]
    public async Task Server_admits_everybody_if_the_settings_say_so()
    {
        await using var server = await GuardedServer.StartAsync(("environment", "Production"), ("Authentication:AllowAnonymous", "true"));

        using var response = await server.ListAsync(("X-Forwarded-For", "203.0.113.7"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("Authentication:ApiKeys:0:Name", "x", "Authentication:ApiKeys:0:Hash")]
    [InlineData("Authentication:ApiKeys:0:Expires", "soon", "Authentication:ApiKeys:0:Expires")]
    [InlineData("Authentication:ServiceKey", "short", "Authentication:ServiceKey")]
    [InlineData("Authentication:Schemes:Bearer:Authority", "http://issuer.example", "RequireHttpsMetadata")]
    [InlineData("Authentication:Schemes:Bearer:Authority", "https://issuer.example", "Authentication:Schemes:Bearer:Audience")]
    [InlineData("Authentication:Schemes:Bearer:Authority", "nonsense", "which is not an http or https URL")]
    [InlineData("Authentication:Resource", "mcp.example.com", "Authentication:Resource")]
    [InlineData("Mcp:Limits:Read:Burst", "0", "Mcp:Limits:Read:Burst")]
    public void Invalid_setting_ends_the_start_and_is_named(string key, string value, string named)
    {
        var failure = Assert.ThrowsAny<Exception>(() => McpApplication.Start(
            "http://127.0.0.1:1", ("environment", "Production"), ("Authentication:AllowAnonymous", "true"), (key, value)));

        Assert.Contains(named, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_public_and_responds_with_one_word()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await GuardedServer.StartAsync(issuer.Settings());

        foreach (var path in new[] { "/health", "/alive" })
        {
            using var response = await server.Application.SendAsync(HttpMethod.Get, path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("Healthy", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }
}
