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

    [Theory]
    [InlineData("/mcp")]
    [InlineData("/.well-known/oauth-protected-resource/mcp")]
    public async Task Browser_on_this_machine_may_ask_and_read_the_answers(string path)
    {
        const string Local = "http://localhost:8080";
        await using var server = await GuardedServer.StartAsync();
        using var question = new HttpRequestMessage(HttpMethod.Options, new Uri(server.Application.Endpoint, path))
        {
            Headers = { { "Origin", Local }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "content-type,mcp-protocol-version,authorization" } },
        };

        using var preflight = await OutsideClient.Shared.SendAsync(question, TestContext.Current.CancellationToken);
        using var answer = await server.ListAsync(("Origin", Local));

        Assert.True(preflight.IsSuccessStatusCode);
        Assert.Equal(Local, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("mcp-protocol-version", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("POST", preflight.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
        Assert.Equal("7200", preflight.Headers.GetValues("Access-Control-Max-Age").Single());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Local, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var exposed = answer.Headers.GetValues("Access-Control-Expose-Headers").Single();
        Assert.Contains("Mcp-Session-Id", exposed, StringComparison.Ordinal);
        Assert.Contains("WWW-Authenticate", exposed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browser_reads_a_refusal_for_lack_of_a_credential_too()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await GuardedServer.StartAsync(issuer.Settings());

        using var refused = await server.ListAsync(("Origin", "http://localhost:8080"));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("http://localhost:8080", refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("https://other.example", "/mcp")]
    [InlineData("file://", "/mcp")]
    [InlineData("null", "/mcp")]
    [InlineData("http://localhost:8080", "/catalog/refresh")]
    public async Task Preflight_of_other_pages_and_for_other_paths_gets_no_leave(string origin, string path)
    {
        await using var server = await GuardedServer.StartAsync();
        using var question = new HttpRequestMessage(HttpMethod.Options, new Uri(server.Application.Endpoint, path));
        question.Headers.TryAddWithoutValidation("Origin", origin);
        question.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");

        using var preflight = await OutsideClient.Shared.SendAsync(question, TestContext.Current.CancellationToken);

        Assert.False(preflight.IsSuccessStatusCode);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
    }

    /// <summary>RFC 6750, section 3.1: who sent no token of this server is told of no error in it.</summary>
    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Negotiate abc")]
    [InlineData("bare-text")]
    public async Task Credential_of_another_scheme_gets_a_challenge_without_an_error(string authorization)
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await GuardedServer.StartAsync(issuer.Settings());

        using var refused = await server.ListAsync(("Authorization", authorization));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var challenge = refused.Headers.WwwAuthenticate.Single();
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.DoesNotContain("error", challenge.Parameter, StringComparison.Ordinal);
        Assert.Contains("resource_metadata", challenge.Parameter, StringComparison.Ordinal);
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
