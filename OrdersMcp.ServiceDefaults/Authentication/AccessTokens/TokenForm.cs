using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// The form of a signed token (RFC 7515, section 3.1), stricter than the package's: only the canonical encoding, no duplicate
/// members, no unknown extensions. Only <c>alg</c>, <c>kid</c> and <c>typ</c> of the header are used. A key inside a token
/// (<c>jwk</c>, <c>jku</c>, <c>x5u</c>, <c>x5c</c>) proves nothing: whoever made the token chose it.
/// </summary>
internal static class TokenForm
{
    /// <summary>Longer tokens are rejected unread.</summary>
    public const int MaxLength = 16 * 1024;

    private const int LongestKeyId = 256;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Rejects duplicate members, which other parsers could read differently (RFC 8725, 2.4).</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Whether a token has the form of a JWT.</summary>
    public static bool IsJwt(string token) => token.AsSpan().Count('.') == 2;

    /// <summary>Reads the header of a token and checks the token's form.</summary>
    /// <exception cref="TokenRefusedException">The token is malformed, too long, or needs unknown extensions.</exception>
    public static TokenHeader ReadHeader(string token)
    {
        if (token.Length > MaxLength)
        {
            throw new TokenRefusedException("the token is too long");
        }

        var parts = token.Split('.');
        var header = ReadObject(parts[0]);
        if (!Array.TrueForAll(parts, IsCanonical))
        {
            throw new TokenRefusedException("the token is not well formed");
        }

        if (header.TryGetProperty("crit", out _))
        {
            throw new TokenRefusedException("the token requires unsupported extensions (crit)");
        }

        var keyId = header.Text("kid");
        return keyId?.Length is 0 or > LongestKeyId
            ? throw new TokenRefusedException("the token's key id is empty or too long (kid)")
            : new TokenHeader(header.Text("alg"), keyId, header.Text("typ"));
    }

    /// <summary>Reads a part of a token as a JSON object.</summary>
    /// <exception cref="TokenRefusedException">The part is not a JSON object.</exception>
    public static JsonElement ReadObject(string part)
    {
        try
        {
            var utf8 = Base64Url.DecodeFromChars(part);
            if (Utf8.IsValid(utf8) && JsonElement.Parse(utf8, Strict) is { ValueKind: JsonValueKind.Object } json)
            {
                return json;
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new TokenRefusedException("the token is not well formed", exception);
        }

        throw new TokenRefusedException("the token is not well formed");
    }

    /// <summary>Base64url by RFC 7515, section 2: no padding, no white space, no unused bits.</summary>
    private static bool IsCanonical(string part) => !part.AsSpan().ContainsAnyExcept(Alphabet) && Base64Url.IsValid(part)
        && Base64Url.EncodeToString(Base64Url.DecodeFromChars(part)) == part;
}

/// <summary>The used members of a token's header.</summary>
internal readonly record struct TokenHeader(string? Algorithm, string? KeyId, string? Type);
