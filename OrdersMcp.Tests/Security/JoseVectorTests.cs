using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

namespace OrdersMcp.Tests.Security;

/// <summary>Signatures and keys from the standards, against a server whose issuer has these keys.</summary>
[Trait("Category", "Postgres")]
public sealed class JoseVectorTests : IAsyncLifetime
{
    // RFC 7515, appendix A.2
    private const string RsaKey =
        """
        {"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}
        """;

    private const string RsaToken =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    // RFC 7515, appendix A.3
    private const string EcKey =
        """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """;

    private const string EcToken =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    private const string Expired = "the token has expired (exp)";
    private const string NotSigned = "the token's signature is not from its issuer";

    private TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    /// <summary>The tokens in the standard expired in 2011. The server notices this only if the signature is valid.</summary>
    [Theory]
    [InlineData(RsaKey, RsaToken)]
    [InlineData(EcKey, EcToken)]
    public async Task Signature_of_the_standard_is_verified_and_any_other_is_not(string key, string token)
    {
        await using var server = await StartAsync(key);
        var parts = token.Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);

        Assert.Contains(Expired, await server.ReasonAgainstAsync(token), StringComparison.Ordinal);
        for (var bit = 0; bit < signature.Length * 8; bit += 13)
        {
            var changed = signature.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Contains(
                NotSigned, await server.ReasonAgainstAsync($"{parts[0]}.{parts[1]}.{TestIssuer.Encode(changed)}"), StringComparison.Ordinal);
        }

        var others = TestIssuer.Encode("""{"iss":"joe","exp":1300819381}"""u8.ToArray());
        Assert.Contains(NotSigned, await server.ReasonAgainstAsync($"{parts[0]}.{others}.{parts[2]}"), StringComparison.Ordinal);
        foreach (var algorithm in new[] { "RS256", "PS256", "ES256", "ES384" })
        {
            var header = TestIssuer.Encode(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}"}"""));
            if (header != parts[0])
            {
                Assert.Contains(NotSigned, await server.ReasonAgainstAsync($"{header}.{parts[1]}.{parts[2]}"), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("""{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}""")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")] // RFC 8037, appendix A
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256"}""")]
    [InlineData("""{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPd","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"no base64!","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA"}""")]
    [InlineData("{}")]
    public async Task Unsuitable_key_admits_nobody_and_the_other_keys_still_work(string jwk)
    {
        var odd = JsonNode.Parse(jwk)!.AsObject();
        odd["kid"] = "odd";
        _issuer.Keys.Insert(0, odd);
        await using var server = await GuardedServer.StartAsync(_issuer.Settings());

        foreach (var algorithm in new[] { "RS256", "PS256", "ES256", "ES384" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusWithAsync(_issuer.Token(algorithm: algorithm, keyId: "odd")));
            Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(_issuer.Token(algorithm: algorithm, header: ("kid", null))));
        }

        var hmac = TestIssuer.Signed("""{"alg":"HS256","typ":"at+jwt","kid":"odd"}""", _issuer.Claims().ToJsonString(),
            input => HMACSHA256.HashData(Base64Url.DecodeFromChars(odd["k"]?.GetValue<string>() ?? ""), input));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusWithAsync(hmac));
    }

    /// <summary>Each token has a valid signature by a key of the issuer, but the key is not meant for such tokens.</summary>
    [Fact]
    public async Task Key_is_used_only_for_its_purpose()
    {
        using var small = RSA.Create(1024);
        _issuer.Keys.AddRange(
        [
            TestIssuer.Jwk(small, "small"),
            With(TestIssuer.Jwk(_issuer.Rsa, "encrypts"), "use", "enc"),
            With(TestIssuer.Jwk(_issuer.P256, "for-es512", "P-256"), "alg", "ES512"),
            With(TestIssuer.Jwk(_issuer.Rsa, "for-ps256"), "alg", "PS256"),
        ]);
        await using var server = await GuardedServer.StartAsync(_issuer.Settings());

        var bySmall = TestIssuer.Signed("""{"alg":"RS256","typ":"at+jwt","kid":"small"}""", _issuer.Claims().ToJsonString(),
            input => small.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        foreach (var token in new[]
        {
            bySmall,
            _issuer.Token(keyId: "encrypts"),
            _issuer.Token(algorithm: "ES256", keyId: "for-es512"),
            _issuer.Token(algorithm: "RS256", keyId: "for-ps256"),
        })
        {
            Assert.Contains(NotSigned, await server.ReasonAgainstAsync(token), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(_issuer.Token(algorithm: "PS256", keyId: "for-ps256")));
    }

    [Theory]
    [InlineData("AQ", "AQ==")] // padded
    [InlineData("AQ", "AR")] // unused bits
    [InlineData("AQAB", "AQA B")]
    [InlineData("AQAB", "A")]
    [InlineData("AQAB", "+/")]
    public void Base64url_has_one_spelling(string good, string bad)
    {
        const string Header = "eyJhbGciOiJSUzI1NiJ9";
        Assert.Equal("RS256", TokenForm.ReadHeader($"{Header}.{good}.{good}").Algorithm);

        Assert.Throws<TokenRefusedException>(() => TokenForm.ReadHeader($"{Header}.{bad}.{good}"));
        Assert.Throws<TokenRefusedException>(() => TokenForm.ReadHeader($"{Header}.{good}.{bad}"));
        Assert.Throws<TokenRefusedException>(() => TokenForm.ReadHeader($"{Header}{bad}.{good}.{good}"));
    }

    private Task<GuardedServer> StartAsync(string key)
    {
        _issuer.Keys.Clear();
        _issuer.Keys.Add(JsonNode.Parse(key)!.AsObject());
        return GuardedServer.StartAsync(_issuer.Settings(
            ("Authentication:Schemes:Bearer:ValidIssuer", "joe"), ("Authentication:Schemes:Bearer:ValidTypes:0", "")));
    }

    private static JsonObject With(JsonObject jwk, string name, string value)
    {
        jwk[name] = value;
        return jwk;
    }
}
