using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// The form of a signed token (RFC 7515, section 3.1), stricter than the package's: one spelling for each token, no member
/// twice, no extension that is not understood. Of the header only <c>alg</c>, <c>kid</c> and <c>typ</c> count: a key that a
/// token brings along (<c>jwk</c>, <c>jku</c>, <c>x5u</c>, <c>x5c</c>) is the key of whoever made it.
/// </summary>
internal static class TokenForm
{
    /// <summary>Longer ones are not read at all.</summary>
    public const int MaxLength = 16 * 1024;

    private const int LongestKeyId = 256;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>A member that is there twice would be read one way here and another way elsewhere (RFC 8725, 2.4).</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Whether a token has the form of a JWT.</summary>
    public static bool IsJwt(string token) => token.AsSpan().Count('.') == 2;

    /// <summary>The header of a token that may be checked.</summary>
    /// <exception cref="TokenRefusedException">It is none.</exception>
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
            throw new TokenRefusedException("the token asks for extensions that are not understood (crit)");
        }

        var keyId = header.Text("kid");
        return keyId?.Length is 0 or > LongestKeyId
            ? throw new TokenRefusedException("the token's key has no name, or too long a one (kid)")
            : new TokenHeader(header.Text("alg"), keyId, header.Text("typ"));
    }

    /// <summary>A part of a token that is a JSON object.</summary>
    /// <exception cref="TokenRefusedException">It is none.</exception>
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

    /// <summary>Base64url as RFC 7515, section 2, has it: no padding, no white space, no bits left over.</summary>
    private static bool IsCanonical(string part) => !part.AsSpan().ContainsAnyExcept(Alphabet) && Base64Url.IsValid(part)
        && Base64Url.EncodeToString(Base64Url.DecodeFromChars(part)) == part;
}

/// <summary>What of a token's header counts.</summary>
internal readonly record struct TokenHeader(string? Algorithm, string? KeyId, string? Type);
