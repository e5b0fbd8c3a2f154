using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

[Trait("Category", "Postgres")]
public sealed class HardeningTests
{
    private const string Page = "https://page.example";

    [Fact]
    public async Task Responses_tell_browsers_and_caches_that_they_are_data()
    {
        await using var server = await GuardedServer.StartAsync();

        using var response = await server.ListAsync();

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.StartsWith("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Page_of_another_origin_gets_nothing_unless_it_is_listed()
    {
        await using var closed = await GuardedServer.StartAsync();
        await using var open = await GuardedServer.StartAsync(("Mcp:AllowedOrigins:0", Page));

        using var refused = await closed.ListAsync(("Origin", Page));
        using var allowed = await open.ListAsync(("Origin", Page));
        using var other = await open.ListAsync(("Origin", "https://other.example"));

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(Page, allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Foreign_host_name_is_rejected_in_development()
    {
        await using var server = await GuardedServer.StartAsync();

        using var response = await server.ListAsync(("Host", "rebound.example"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Only_a_named_proxy_is_trusted()
    {
        await using var issuer = await TestIssuer.StartAsync();
        var unnamed = issuer.Settings(("Authentication:Resource", ""), ("Authentication:Schemes:Bearer:Audience", "api://orders"));
        await using var doubting = await GuardedServer.StartAsync(unnamed);
        await using var believing = await GuardedServer.StartAsync([.. unnamed, ("Proxy:Networks:0", "127.0.0.0/8"), ("Proxy:Networks:1", "::1/128")]);

        foreach (var (server, scheme) in new[] { (doubting, "http"), (believing, "https") })
        {
            using var response = await server.ListAsync(("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.7"));
            Assert.Contains($"resource_metadata=\"{scheme}://", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Secrets_are_in_no_log_or_response()
    {
        const string Secret = "a-secret-of-the-server-0123456789abcdef";
        await using var issuer = await TestIssuer.StartAsync();
        var log = new CapturedLog();
        await using var api = await TestApi.StartAsync("{}");
        await using var server = McpApplication.StartWith(
            api.Address,
            services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)
                .AddFilter<CapturedLog>(category: null, LogLevel.Trace)),
            issuer.Settings(("Mcp:Apis:0:ApiKey", Secret), ("Authentication:ServiceKey", Secret + "-too")));
        var (good, bad) = (issuer.Token(), issuer.Token(issuer.Claims(("aud", "https://else.example"))));

        var answers = "";
        foreach (var header in new[] { ("Authorization", $"Bearer {good}"), ("Authorization", $"Bearer {bad}"), ("X-API-Key", Secret + "-wrong") })
        {
            using var response = await server.PostAsync(
                JsonContent.Create(Messages.Request("tools/list", new JsonObject())),
                (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/list"), header);
            answers += $"{response}{await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
        }

        Assert.NotEmpty(log.Lines);
        foreach (var secret in new[] { Secret, good.Split('.')[2], bad.Split('.')[2] })
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(secret, answers, StringComparison.Ordinal);
        }
    }
}
