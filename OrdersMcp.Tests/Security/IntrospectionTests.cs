using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>Caching of the issuer's responses about tokens.</summary>
[Trait("Category", "Postgres")]
public sealed class IntrospectionTests : IAsyncLifetime
{
    private const string Token = "opaque";

    private readonly ShiftedTime _time = new();
    private TestIssuer _issuer = null!;
    private TestApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await TestApi.StartAsync(GuardedServer.Operations);
        _server = McpApplication.StartWith(_api.Address, services => services.AddSingleton<TimeProvider>(_time), _issuer.Settings(
            ("Authentication:Schemes:Bearer:ClockSkew", "00:00:00"),
            ("Authentication:Schemes:Bearer:Introspection:Endpoint", $"{_issuer.Address}/introspect"),
            ("Authentication:Schemes:Bearer:Introspection:ClientId", "mcp"),
            ("Authentication:Schemes:Bearer:Introspection:ClientSecret", "secret"),
            ("Authentication:Schemes:Bearer:Introspection:CacheTime", "00:10:00")));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Revoked_token_is_rejected_when_the_cached_response_expires()
    {
        Say(("exp", Now() + 3600));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
        Say(("active", false));

        _time.Shift += TimeSpan.FromMinutes(5);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
        Assert.Equal(1, _issuer.Introspections);

        _time.Shift += TimeSpan.FromMinutes(6);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync());
        Assert.Equal(2, _issuer.Introspections);
    }

    [Fact]
    public async Task Response_is_cached_no_longer_than_the_token_is_valid()
    {
        Say(("exp", Now() + 300));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());

        _time.Shift += TimeSpan.FromMinutes(6); // within the cache time

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync());
    }

    [Fact]
    public async Task Rejection_is_cached_too()
    {
        Say(("active", false));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync());
        }

        Assert.Equal(1, _issuer.Introspections);
        Say(("exp", Now() + 7200));
        _time.Shift += TimeSpan.FromMinutes(11);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
    }

    [Fact]
    public async Task Unavailable_issuer_gives_503_which_is_not_cached()
    {
        Say(("exp", Now() + 3600));
        _issuer.IsDown = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync());

        _issuer.IsDown = false;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeSeconds();

    private void Say(params (string Name, JsonNode? Value)[] changes) => _issuer.Opaque[Token] = _issuer.Claims([("active", true), .. changes]);

    private async Task<HttpStatusCode> StatusAsync()
    {
        using var response = await _server.PostAsync(
            JsonContent.Create(Messages.Request("tools/list", [])),
            (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/list"), GuardedServer.Bearer(Token));
        return response.StatusCode;
    }
}
