using System.Text;
using System.Text.Json;
using OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

namespace OrdersMcp.Tests.Security;

/// <summary>Signatures and keys as the standards print them.</summary>
[Trait("Category", "Unit")]
public sealed class JoseVectorTests
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

    [Theory]
    [InlineData(RsaKey, RsaToken)]
    [InlineData(EcKey, EcToken)]
    public void Signature_of_the_standard_is_verified_and_any_other_is_not(string key, string token)
    {
        var jwt = Jwt.Read(token);
        var verifying = Key(key)!;

        Assert.True(verifying.Fits(jwt.Algorithm, jwt.KeyId));
        Assert.True(verifying.Verifies(jwt));
        Assert.Equal("joe", jwt.Claims.GetProperty("iss").GetString());
        for (var bit = 0; bit < jwt.Signature.Length * 8; bit += 13)
        {
            var changed = jwt.Signature.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(verifying.Verifies(jwt with { Signature = changed }));
        }

        Assert.False(verifying.Verifies(jwt with { Signed = Encoding.ASCII.GetBytes("x") }));
        Assert.False(verifying.Verifies(jwt with { Algorithm = jwt.Algorithm == "RS256" ? "PS256" : "ES384" }));
    }

    [Theory]
    [InlineData("""{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}""")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")] // RFC 8037, appendix A
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}""")]
    [InlineData("""{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPd","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":7,"e":"AQAB"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","use":"enc","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","alg":"ES512","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""")]
    [InlineData("{}")]
    public void Key_that_does_not_sign_tokens_is_no_key(string jwk) => Assert.Null(Key(jwk));

    [Theory]
    [InlineData("AQAB", true)]
    [InlineData("AQ", true)]
    [InlineData("AR", false)] // bits left over
    [InlineData("AQ==", false)]
    [InlineData("A Q", false)]
    [InlineData("A", false)]
    [InlineData("+/", false)]
    public void Base64url_has_one_spelling(string text, bool isGood)
    {
        if (isGood)
        {
            Assert.NotEmpty(Jwt.Decode(text));
        }
        else
        {
            Assert.Throws<FormatException>(() => Jwt.Decode(text));
        }
    }

    private static VerificationKey? Key(string jwk) => VerificationKey.Read(JsonElement.Parse(jwk));
}
