using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>Access tokens, over HTTP against a started server.</summary>
[Trait("Category", "Postgres")]
public sealed class TokenTests : IAsyncLifetime
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

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    public async Task Token_of_the_issuer_is_accepted(string algorithm) =>
        Assert.Equal(HttpStatusCode.OK, await _server.StatusWithAsync(_issuer.Token(algorithm: algorithm)));

    [Fact]
    public async Task Token_is_accepted_in_all_usual_forms()
    {
        foreach (var token in new[]
        {
            _issuer.Token(_issuer.Claims(("aud", new JsonArray("https://else.example", TestIssuer.Audience)))),
            _issuer.Token(_issuer.Claims(("aud", "HTTPS://MCP.Example.TEST/mcp"))),
            _issuer.Token(_issuer.Claims(("scope", null), ("scp", new JsonArray("orders.read")))),
            _issuer.Token(_issuer.Claims(("exp", DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 5))), // within the clock skew
            _issuer.Token(_issuer.Claims(("exp", DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 5.5))),
            _issuer.Token(_issuer.Claims(("sub", null))),
            _issuer.Token(header: ("typ", "JWT")),
            _issuer.Token(header: ("kid", null)),
        })
        {
            Assert.Equal(HttpStatusCode.OK, await _server.StatusWithAsync(token));
        }
    }

    [Fact]
    public async Task Invalid_token_is_rejected_with_401_and_a_reason()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var refused = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["expired"] = _issuer.Token(_issuer.Claims(("exp", now - 120))),
            ["exp missing"] = _issuer.Token(_issuer.Claims(("exp", null))),
            ["exp a text"] = _issuer.Token(_issuer.Claims(("exp", $"{now + 600}"))),
            ["exp past all times"] = _issuer.Token(_issuer.Claims(("exp", 1e300))),
            ["not yet"] = _issuer.Token(_issuer.Claims(("nbf", now + 120))),
            ["issued in the future"] = _issuer.Token(_issuer.Claims(("iat", now + 120))),
            ["another audience"] = _issuer.Token(_issuer.Claims(("aud", "https://else.example/mcp"))),
            ["audience with a slash more"] = _issuer.Token(_issuer.Claims(("aud", TestIssuer.Audience + "/"))),
            ["audience in another case"] = _issuer.Token(_issuer.Claims(("aud", TestIssuer.Audience.Replace("/mcp", "/MCP", StringComparison.Ordinal)))),
            ["no audience"] = _issuer.Token(_issuer.Claims(("aud", null))),
            ["audience of numbers"] = _issuer.Token(_issuer.Claims(("aud", new JsonArray(1, 2)))),
            ["another issuer"] = _issuer.Token(_issuer.Claims(("iss", "https://else.example"))),
            ["no issuer"] = _issuer.Token(_issuer.Claims(("iss", null))),
            ["nobody's"] = _issuer.Token(_issuer.Claims(("sub", null), ("client_id", null))),
            ["customer of no kind"] = _issuer.Token(_issuer.Claims(("customer_id", new JsonArray(1)))),
            ["an ID token's type"] = _issuer.Token(header: ("typ", "id+jwt")),
            ["no type"] = _issuer.Token(header: ("typ", null)),
        };
        foreach (var (what, token) in refused)
        {
            using var response = await _server.ListAsync(GuardedServer.Bearer(token));
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{what}: {response.StatusCode}");
            Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.Contains("Not authenticated", (await Messages.ReadAsync(response))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Known_attacks_are_rejected()
    {
        var claims = _issuer.Claims().ToJsonString();
        var pem = Encoding.UTF8.GetBytes(_issuer.Rsa.ExportSubjectPublicKeyInfoPem());
        var der = _issuer.Rsa.ExportSubjectPublicKeyInfo();
        using var foreign = RSA.Create(2048);
        byte[] ByForeign(byte[] input) => foreign.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        string With(string header, Func<byte[], byte[]> sign) => TestIssuer.Signed(header, claims, sign);
        string ByIssuer(string header) => With(header, input => _issuer.Sign("RS256", input));
        var good = _issuer.Token();
        var parts = good.Split('.');
        var ec = _issuer.Token(algorithm: "ES256").Split('.');

        var attacks = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["alg none"] = With("""{"alg":"none","typ":"at+jwt"}""", _ => []),
            ["alg None"] = With("""{"alg":"None","typ":"at+jwt","kid":"rsa"}""", _ => []),
            ["alg none, signed"] = ByIssuer("""{"alg":"none","typ":"at+jwt","kid":"rsa"}"""),
            ["no alg"] = ByIssuer("""{"typ":"at+jwt","kid":"rsa"}"""),
            ["HS256 with the public key, PEM"] = With("""{"alg":"HS256","typ":"at+jwt","kid":"rsa"}""", input => HMACSHA256.HashData(pem, input)),
            ["HS256 with the public key, DER"] = With("""{"alg":"HS256","typ":"at+jwt","kid":"rsa"}""", input => HMACSHA256.HashData(der, input)),
            ["HS256 with nothing"] = With("""{"alg":"HS256","typ":"at+jwt"}""", input => HMACSHA256.HashData(Array.Empty<byte>(), input)),
            ["RS256 with an EC key's id"] = ByIssuer("""{"alg":"RS256","typ":"at+jwt","kid":"p256"}"""),
            ["PS256 said, RS256 signed"] = ByIssuer("""{"alg":"PS256","typ":"at+jwt","kid":"rsa"}"""),
            ["RS512"] = With("""{"alg":"RS512","typ":"at+jwt","kid":"rsa"}""",
                input => _issuer.Rsa.SignData(input, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)),
            ["PS384"] = With("""{"alg":"PS384","typ":"at+jwt","kid":"rsa"}""",
                input => _issuer.Rsa.SignData(input, HashAlgorithmName.SHA384, RSASignaturePadding.Pss)),
            ["kid with a path"] = ByIssuer("""{"alg":"RS256","typ":"at+jwt","kid":"../../../../dev/null"}"""),
            ["kid with SQL"] = ByIssuer("""{"alg":"RS256","typ":"at+jwt","kid":"x' UNION SELECT 'y"}"""),
            ["kid a list"] = ByIssuer("""{"alg":"RS256","typ":"at+jwt","kid":["rsa"]}"""),
            ["kid too long"] = ByIssuer($$"""{"alg":"RS256","typ":"at+jwt","kid":"{{new string('k', 300)}}"}"""),
            ["key in the header"] = With(
                new JsonObject { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = "mine", ["jwk"] = TestIssuer.Jwk(foreign, "mine") }.ToJsonString(), ByForeign),
            ["key at an address"] = With($$"""{"alg":"RS256","typ":"at+jwt","kid":"rsa","jku":"{{_server.Api.Address}}/jwks"}""", ByForeign),
            ["certificate at an address"] = With($$"""{"alg":"RS256","typ":"at+jwt","kid":"rsa","x5u":"{{_server.Api.Address}}/x"}""", ByForeign),
            ["another's signature"] = With("""{"alg":"RS256","typ":"at+jwt","kid":"rsa"}""", ByForeign),
            ["unknown crit"] = ByIssuer("""{"alg":"RS256","typ":"at+jwt","kid":"rsa","crit":["exp"],"exp":1}"""),
            ["empty crit"] = ByIssuer("""{"alg":"RS256","typ":"at+jwt","kid":"rsa","crit":[]}"""),
            ["alg twice"] = ByIssuer("""{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"rsa"}"""),
            ["alg twice, once escaped"] = ByIssuer("""{"alg":"RS256","\u0061lg":"RS256","typ":"at+jwt","kid":"rsa"}"""),
            ["aud twice"] = TestIssuer.Signed("""{"alg":"RS256","typ":"at+jwt","kid":"rsa"}""",
                claims[..^1] + ",\"aud\":\"https://else.example\"}", input => _issuer.Sign("RS256", input)),
            ["half a character"] = TestIssuer.Signed("""{"alg":"RS256","typ":"at+jwt","kid":"rsa"}""",
                claims.Replace("\"alice\"", "\"\\ud800\""), input => _issuer.Sign("RS256", input)),
            ["deep"] = TestIssuer.Signed("""{"alg":"RS256","typ":"at+jwt","kid":"rsa"}""",
                claims[..^1] + ",\"x\":" + new string('[', 100) + new string(']', 100) + "}", input => _issuer.Sign("RS256", input)),
            ["claims no object"] = TestIssuer.Signed("""{"alg":"RS256","typ":"at+jwt","kid":"rsa"}""", "[]", input => _issuer.Sign("RS256", input)),
            ["oversized"] = _issuer.Token(_issuer.Claims(("x", new string('x', 14_000)))),
            ["padding"] = $"{parts[0]}.{parts[1]}.{parts[2]}==",
            ["bits left over"] = $"{parts[0]}.{parts[1]}.{OtherSpelling(parts[2])}",
            ["standard base64"] = $"{parts[0]}.{parts[1]}.{parts[2].Replace('-', '+').Replace('_', '/')}+",
            ["no signature"] = $"{parts[0]}.{parts[1]}.",
            ["two parts"] = $"{parts[0]}.{parts[1]}",
            ["four parts"] = good + ".x",
            ["claims of another token"] = $"{parts[0]}.{_issuer.Token(_issuer.Claims(("sub", "root"))).Split('.')[1]}.{parts[2]}",
            ["signature a byte short"] = $"{parts[0]}.{parts[1]}.{TestIssuer.Encode(new byte[255])}",
            ["ES256 of zeros"] = $"{ec[0]}.{ec[1]}.{TestIssuer.Encode(new byte[64])}",
            ["ES256 in DER"] = TestIssuer.Signed("""{"alg":"ES256","typ":"at+jwt","kid":"p256"}""", claims,
                input => _issuer.P256.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            ["ES256 by the P-384 key"] = TestIssuer.Signed("""{"alg":"ES256","typ":"at+jwt","kid":"p384"}""", claims,
                input => _issuer.P384.SignData(input, HashAlgorithmName.SHA256)),
        };
        foreach (var (what, token) in attacks)
        {
            var status = await _server.StatusWithAsync(token);
            Assert.True(status == HttpStatusCode.Unauthorized, $"{what}: {status}");
        }

        Assert.Equal(HttpStatusCode.OK, await _server.StatusWithAsync(good));
        Assert.Empty(_server.Api.Requests); // no key was fetched from an address in a token
    }

    [Fact]
    public async Task Two_credentials_are_rejected()
    {
        using var response = await _server.ListAsync(GuardedServer.Bearer(_issuer.Token()), ("X-API-Key", "omcp_x"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Token_in_the_query_is_ignored()
    {
        using var response = await _server.Application.SendAsync(HttpMethod.Post, $"/mcp?access_token={_issuer.Token()}");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Other_settings_of_the_package_do_not_weaken_the_check()
    {
        const string Secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==";
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(
            ("Authentication:Schemes:Bearer:ValidateAudience", "false"),
            ("Authentication:Schemes:Bearer:ValidIssuers:0", _issuer.Address),
            ("Authentication:Schemes:Bearer:SigningKeys:0:Issuer", _issuer.Address),
            ("Authentication:Schemes:Bearer:SigningKeys:0:Value", Secret)));
        var byUserJwts = TestIssuer.Signed("""{"alg":"HS256","typ":"at+jwt"}""", _issuer.Claims().ToJsonString(),
            input => HMACSHA256.HashData(Convert.FromBase64String(Secret), input));

        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusWithAsync(byUserJwts));
        Assert.Contains(
            "(aud)", await server.ReasonAgainstAsync(_issuer.Token(_issuer.Claims(("aud", "https://else.example")))), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(_issuer.Token()));
    }

    [Fact]
    public async Task Opaque_token_is_introspected_and_the_response_cached()
    {
        await using var server = await GuardedServer.StartAsync(_issuer.Settings(
            ("Authentication:Schemes:Bearer:Introspection:Endpoint", $"{_issuer.Address}/introspect"),
            ("Authentication:Schemes:Bearer:Introspection:ClientId", "mcp"),
            ("Authentication:Schemes:Bearer:Introspection:ClientSecret", "secret")));
        _issuer.Opaque["good"] = _issuer.Claims(("active", true));
        _issuer.Opaque["elsewhere"] = _issuer.Claims(("active", true), ("aud", "https://else.example"));

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync("good"));
        }

        Assert.Equal(1, _issuer.Introspections);
        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusWithAsync("bad"));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusWithAsync("elsewhere"));
        Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(_issuer.Token()));
    }

    [Fact]
    public async Task Ten_thousand_broken_credentials_admit_nobody_and_cause_no_500()
    {
        const int Seed = 20261121;
        var random = new Random(Seed);
        var good = _issuer.Token();
        var statuses = new HashSet<HttpStatusCode>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 10_000).Select(i => Broken(random, good, i)).ToArray(),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
            async (header, _) =>
            {
                using var response = await _server.ListAsync(header);
                lock (statuses)
                {
                    statuses.Add(response.StatusCode);
                }
            });

        Assert.Equal([HttpStatusCode.Unauthorized], statuses);
        Assert.Equal(HttpStatusCode.OK, await _server.StatusWithAsync(good));
    }

    private static (string Name, string Value) Broken(Random random, string good, int i) => (i % 5) switch
    {
        0 => ("Authorization", "Bearer " + Changed(random, good)),
        1 => ("Authorization", "Bearer " + Printable(random, random.Next(1, 400))),
        2 => ("X-API-Key", "omcp_" + Convert.ToHexStringLower(RandomBytes(random, 6)) + "_" + Convert.ToHexStringLower(RandomBytes(random, 24))),
        3 => ("X-API-Key", Printable(random, random.Next(1, 200))),
        _ => ("Authorization", "Bearer " + TestIssuer.Signed(
            Changed(random, """{"alg":"RS256","typ":"at+jwt","kid":"rsa"}"""), Printable(random, 80), _ => RandomBytes(random, 256))),
    };

    /// <summary>The text with one letter changed, removed or added.</summary>
    private static string Changed(Random random, string text)
    {
        var at = random.Next(text.Length);
        var letter = Printable(random, 1);
        var changed = random.Next(3) switch
        {
            0 => text[..at] + letter + text[(at + 1)..],
            1 => text.Remove(at, 1),
            _ => text.Insert(at, letter),
        };
        return changed == text || changed.Trim() == text ? text + "x" : changed;
    }

    private static string Printable(Random random, int length) =>
        new([.. Enumerable.Range(0, length).Select(_ => (char)random.Next('!', '~' + 1))]);

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A different last letter that decodes to the same bytes: 256 bytes leave four bits of it unused.</summary>
    private static string OtherSpelling(string base64)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return base64[..^1] + Alphabet[Alphabet.IndexOf(base64[^1]) + 1];
    }
}
