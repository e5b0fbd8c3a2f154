using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

/// <summary>
/// A signed token in its compact form (RFC 7515, section 3.1), read but not yet believed. Of the header only
/// <c>alg</c>, <c>kid</c> and <c>typ</c> count: a key that a token brings along (<c>jwk</c>, <c>jku</c>, <c>x5u</c>,
/// <c>x5c</c>) is the key of whoever made it.
/// </summary>
internal sealed record Jwt(string Algorithm, string? KeyId, string? Type, JsonElement Claims, byte[] Signed, byte[] Signature)
{
    /// <summary>Longer ones are not read at all.</summary>
    public const int MaxLength = 16 * 1024;

    private const int LongestKeyId = 256;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>A member that is there twice would be read one way here and another way elsewhere (RFC 8725, 2.4).</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Whether a token has the form of a JWT.</summary>
    public static bool IsShaped(string token) => token.AsSpan().Count('.') == 2;

    /// <exception cref="TokenRefusedException">It is not a JWS of the compact form that may be believed.</exception>
    public static Jwt Read(string token)
    {
        if (token.Length > MaxLength)
        {
            throw new TokenRefusedException("the token is too long");
        }

        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            throw new TokenRefusedException("the token has not the form of a signed JWT");
        }

        try
        {
            var header = ReadObject(Decode(parts[0]));
            if (header.TryGetProperty("crit", out _))
            {
                throw new TokenRefusedException("the token asks for extensions that are not understood (crit)");
            }

            if (Text(header, "alg") is not { } algorithm)
            {
                throw new TokenRefusedException("the token does not say how it is signed (alg)");
            }

            var keyId = Text(header, "kid");
            return keyId?.Length > LongestKeyId
                ? throw new TokenRefusedException("the token's key has too long a name (kid)")
                : new Jwt(
                    algorithm,
                    keyId,
                    Text(header, "typ"),
                    ReadObject(Decode(parts[1])),
                    Encoding.ASCII.GetBytes(token, 0, parts[0].Length + 1 + parts[1].Length),
                    Decode(parts[2]));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a text in it is half a character (an escaped lone surrogate).
            throw new TokenRefusedException("the token is not well formed", exception);
        }
    }

    /// <summary>A member that is a text; null where there is none.</summary>
    /// <exception cref="TokenRefusedException">It is something else.</exception>
    public static string? Text(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new TokenRefusedException($"{name} is not a text");

    /// <summary>Base64url as RFC 7515, section 2, has it: no padding, no white space, no bits left over.</summary>
    /// <exception cref="FormatException">It is something else, or one of several spellings of the same bytes.</exception>
    internal static byte[] Decode(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(Alphabet))
        {
            throw new FormatException("Not base64url.");
        }

        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text ? bytes : throw new FormatException("Not canonical base64url.");
    }

    private static JsonElement ReadObject(byte[] utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new FormatException("Not UTF-8.");
        }

        using var document = JsonDocument.Parse(utf8, Strict);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? document.RootElement.Clone()
            : throw new FormatException("Not an object.");
    }
}

/// <summary>A token is not accepted; the message, which a client is told, says why and nothing of the token.</summary>
internal sealed class TokenRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Whether a token is to be accepted cannot be known now: what its issuer says is needed and not to be had.</summary>
internal sealed class IssuerUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
