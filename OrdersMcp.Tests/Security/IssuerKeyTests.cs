using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>The issuer's metadata and keys, as they change and while the issuer is unavailable.</summary>
[Trait("Category", "Postgres")]
public sealed class IssuerKeyTests : IAsyncLifetime
{
    private TestIssuer _issuer = null!;
    private GuardedServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _server = await GuardedServer.StartAsync(_issuer.Settings());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Unknown_keys_trigger_few_reads_and_known_keys_outlive_the_issuer()
    {
        Assert.Equal(HttpStatusCode.OK, await _server.StatusWithAsync(_issuer.Token()));
        Assert.Equal(1, _issuer.KeyReadings);

        // Unknown keys trigger a read of the set, but not one for each token.
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await _server.StatusWithAsync(_issuer.Token(keyId: $"unknown-{i}")));
        }

        Assert.InRange(_issuer.KeyReadings, 1, 2);
        _issuer.IsDown = true;
        Assert.Equal(HttpStatusCode.OK, await _server.StatusWithAsync(_issuer.Token()));
    }

    [Fact]
    public async Task New_key_is_accepted_and_a_removed_key_is_not()
    {
        await using var server = await GuardedServer.StartAsync(
            _issuer.Settings(("Authentication:Schemes:Bearer:RefreshInterval", "00:00:00")));
        Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(_issuer.Token(algorithm: "ES256")));

        using var next = RSA.Create(2048);
        _issuer.Keys.Clear();
        _issuer.Keys.Add(TestIssuer.Jwk(next, "next"));
        var token = TestIssuer.Signed("""{"alg":"RS256","typ":"at+jwt","kid":"next"}""", _issuer.Claims().ToJsonString(),
            input => next.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(token));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusWithAsync(_issuer.Token(algorithm: "ES256")));
    }

    [Theory]
    [InlineData("""{ "kty": "RSA", "kid": "odd", "n": 7, "e": "AQAB" }""")]
    [InlineData("""{ "kty": 1 }""")]
    [InlineData("""{ "kty": "EC", "kid": "odd", "crv": { "name": "P-256" }, "x": [], "y": null }""")]
    [InlineData("""{ "kty": "RSA", "kid": "odd", "key_ops": "verify", "x5c": "MII" }""")]
    public async Task Unreadable_key_does_not_affect_other_keys(string unreadable)
    {
        _issuer.Keys.Insert(0, JsonNode.Parse(unreadable)!.AsObject());

        Assert.Equal(HttpStatusCode.OK, await _server.StatusWithAsync(_issuer.Token(algorithm: "ES256")));
    }

    [Fact]
    public async Task Keys_are_refreshed_without_an_unknown_key()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(
            ("Authentication:Schemes:Bearer:RefreshInterval", "00:00:00"),
            ("Authentication:Schemes:Bearer:AutomaticRefreshInterval", "00:00:00")));
        var token = _issuer.Token(algorithm: "ES256");
        Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(token));

        _issuer.Keys.RemoveAll(key => key["kid"]!.GetValue<string>() == "p256");

        await Until.TrueAsync(
            async () => await server.StatusWithAsync(token) == HttpStatusCode.Unauthorized,
            TimeSpan.FromSeconds(60),
            () => "The removed key is still accepted.");
        Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(_issuer.Token()));
    }

    [Fact]
    public async Task Metadata_of_another_issuer_is_rejected_unless_the_settings_name_the_issuer()
    {
        _issuer.Name = "https://else.example";
        await using var strict = await GuardedServer.StartAsync(_issuer.Settings());
        await using var naming = await GuardedServer.StartAsync(_issuer.Settings(
            ("Authentication:Schemes:Bearer:ValidIssuers:0", _issuer.Address)));
        var (own, other) = (_issuer.Token(), _issuer.Token(_issuer.Claims(("iss", _issuer.Name))));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await strict.StatusWithAsync(other));
        Assert.Equal(HttpStatusCode.OK, await naming.StatusWithAsync(own));
        Assert.Contains("(iss)", await naming.ReasonAgainstAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unavailable_issuer_gives_503_not_401()
    {
        _issuer.IsDown = true;

        using var response = await _server.ListAsync(GuardedServer.Bearer(_issuer.Token()));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }
}
