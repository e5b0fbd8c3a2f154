using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

namespace OrdersMcp.Tests.Security;

/// <summary>The signatures of the JOSE cookbook (RFC 7520, section 4): one is acceptable here, and two are not.</summary>
[Trait("Category", "Unit")]
public sealed class JoseCookbookTests
{
    // RFC 7520, section 3.3
    private const string RsaKey =
        """
        {"kty":"RSA","kid":"bilbo.baggins@hobbiton.example","use":"sig","n":"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw","e":"AQAB"}
        """;

    // RFC 7520, section 3.1
    private const string EcKey =
        """
        {"kty":"EC","kid":"bilbo.baggins@hobbiton.example","use":"sig","crv":"P-521","x":"AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt","y":"AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1"}
        """;

    // RFC 7520, section 4: the payload, which is not JSON
    private const string Payload =
        "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUg"
        + "cm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0"
        + "IGJlIHN3ZXB0IG9mZiB0by4";

    // RFC 7520, section 4.1
    private const string Rs256 = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + Payload + "."
        + "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi8"
        + "4wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocS"
        + "adnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJu"
        + "shZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg";

    // RFC 7520, section 4.2
    private const string Ps384 = "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + Payload + "."
        + "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItl"
        + "lVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0"
        + "TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0"
        + "uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw";

    // RFC 7520, section 4.3
    private const string Es512 = "eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + Payload + "."
        + "AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_"
        + "sDDyYjnAMDxXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2";

    [Theory]
    [InlineData(RsaKey, Rs256, true)]
    [InlineData(RsaKey, Ps384, false)] // unsupported algorithm
    [InlineData(EcKey, Es512, false)] // unsupported curve
    public void Cookbook_key_verifies_only_its_token_and_only_with_an_accepted_algorithm(string jwk, string token, bool isAccepted)
    {
        var parts = token.Split('.');
        var header = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0]));
        var algorithm = header.GetProperty("alg").GetString()!;
        var key = new JsonWebKey(jwk);
        var (signed, signature) = (Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));

        Assert.Equal(isAccepted, VerificationKeys.Fits(key, algorithm));
        var provider = key.CryptoProviderFactory.CreateForVerifying(key, algorithm);
        Assert.True(provider.Verify(signed, signature)); // all three signatures are valid; the algorithms of two are not accepted
        for (var i = 0; i < signed.Length; i += 7)
        {
            signed[i] ^= 1;
            Assert.False(provider.Verify(signed, signature));
            signed[i] ^= 1;
        }
    }

    [Fact]
    public async Task Cookbook_tokens_are_rejected_even_with_the_issuers_keys()
    {
        await using var issuer = await TestIssuer.StartAsync();
        issuer.Keys.AddRange([JsonNode.Parse(RsaKey)!.AsObject(), JsonNode.Parse(EcKey)!.AsObject()]);
        await using var server = await GuardedServer.StartAsync(issuer.Settings());

        foreach (var token in new[] { Rs256, Ps384, Es512 })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusWithAsync(token));
        }

        Assert.Contains("(alg)", await server.ReasonAgainstAsync(Ps384), StringComparison.Ordinal);
        Assert.Contains("(alg)", await server.ReasonAgainstAsync(Es512), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, await server.StatusWithAsync(issuer.Token()));
    }
}
