using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.Tests.Security;

/// <summary>
/// An issuer of access tokens on a free loopback port, with metadata, keys, introspection, and valid and invalid tokens.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string Audience = "https://mcp.example.test/mcp";

    private readonly WebApplication _app;

    private TestIssuer(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>The published keys.</summary>
    public List<JsonObject> Keys { get; } = [];

    /// <summary>The introspection responses for opaque tokens.</summary>
    public Dictionary<string, JsonObject> Opaque { get; } = new(StringComparer.Ordinal);

    public RSA Rsa { get; } = RSA.Create(2048);

    public ECDsa P256 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa P384 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    /// <summary>The issuer in the metadata, if it is not the address.</summary>
    public string? Name { get; set; }

    /// <summary>While set, every response is 500.</summary>
    public bool IsDown { get; set; }

    /// <summary>How often the keys were read.</summary>
    public int KeyReadings { get; private set; }

    public int Introspections { get; private set; }

    /// <summary>The settings of a server that accepts the tokens.</summary>
    public (string Key, string Value)[] Settings(params (string Key, string Value)[] more) =>
    [
        ("environment", "Production"),
        ("Authentication:Resource", Audience),
        ("Authentication:Schemes:Bearer:Authority", Address),
        ("Authentication:Schemes:Bearer:RequireHttpsMetadata", "false"),
        .. more,
    ];

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var issuer = new TestIssuer(builder.Build());
        issuer._app.Run(issuer.AnswerAsync);
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        issuer.Address = issuer._app.Urls.Single();
        issuer.Keys.AddRange([Jwk(issuer.Rsa, "rsa"), Jwk(issuer.P256, "p256", "P-256"), Jwk(issuer.P384, "p384", "P-384")]);
        return issuer;
    }

    /// <summary>Valid claims with these changes; null removes a claim.</summary>
    public JsonObject Claims(params (string Name, JsonNode? Value)[] changes)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Address,
            ["aud"] = Audience,
            ["sub"] = "alice",
            ["client_id"] = "agent",
            ["scope"] = "orders.read",
            ["iat"] = now,
            ["exp"] = now + 600,
        };
        foreach (var (name, value) in changes)
        {
            claims.Remove(name);
            if (value is not null)
            {
                claims[name] = value;
            }
        }

        return claims;
    }

    /// <summary>A valid token, unless the claims or header make it invalid.</summary>
    public string Token(JsonObject? claims = null, string algorithm = "RS256", string? keyId = null, params (string Name, JsonNode? Value)[] header)
    {
        var json = new JsonObject
        {
            ["alg"] = algorithm,
            ["typ"] = "at+jwt",
            ["kid"] = keyId ?? algorithm switch { "ES256" => "p256", "ES384" => "p384", _ => "rsa" },
        };
        foreach (var (name, value) in header)
        {
            json.Remove(name);
            if (value is not null)
            {
                json[name] = value;
            }
        }

        return Signed(json.ToJsonString(), (claims ?? Claims()).ToJsonString(), input => Sign(algorithm, input));
    }

    /// <summary>A token with any header, claims and signature.</summary>
    public static string Signed(string header, string claims, Func<byte[], byte[]> sign)
    {
        var input = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        return $"{input}.{Encode(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public byte[] Sign(string algorithm, byte[] input) => algorithm switch
    {
        "RS256" => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "PS256" => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "ES256" => P256.SignData(input, HashAlgorithmName.SHA256),
        "ES384" => P384.SignData(input, HashAlgorithmName.SHA384),
        _ => [],
    };

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public static JsonObject Jwk(RSA key, string id)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject { ["kty"] = "RSA", ["kid"] = id, ["use"] = "sig", ["n"] = Encode(parameters.Modulus!), ["e"] = Encode(parameters.Exponent!) };
    }

    public static JsonObject Jwk(ECDsa key, string id, string curve)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject { ["kty"] = "EC", ["kid"] = id, ["crv"] = curve, ["x"] = Encode(q.X!), ["y"] = Encode(q.Y!) };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Rsa.Dispose();
        P256.Dispose();
        P384.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (IsDown)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        switch (context.Request.Path.Value)
        {
            case "/.well-known/oauth-authorization-server":
                await context.Response.WriteAsJsonAsync(new JsonObject { ["issuer"] = Name ?? Address, ["jwks_uri"] = $"{Address}/jwks" });
                break;
            case "/jwks":
                KeyReadings++;
                await context.Response.WriteAsJsonAsync(new JsonObject { ["keys"] = new JsonArray([.. Keys.Select(key => key.DeepClone())]) });
                break;
            case "/introspect":
                Introspections++;
                var token = (await context.Request.ReadFormAsync())["token"].ToString();
                await context.Response.WriteAsJsonAsync(
                    Opaque.TryGetValue(token, out var answer) ? answer : new JsonObject { ["active"] = false });
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }
}
