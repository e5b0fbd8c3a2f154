using System.Buffers.Text;
using Microsoft.IdentityModel.Tokens;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// Decides which key of the issuer (RFC 7517) can verify which token. The algorithm in a token never decides how a key is used
/// (RFC 8725, section 3.1). The package would use a key with every algorithm of its type, regardless of its curve, size or
/// <c>alg</c>.
/// </summary>
internal static class VerificationKeys
{
    private const int SmallestModulus = 2048 / 8;
    private const int LargestModulus = 8192 / 8;
    private const int LargestExponent = 8;

    public static bool SignsTokens(JsonWebKey key)
    {
        key.X5c.Clear(); // otherwise the package uses the key of the certificate, which may differ
        return Array.Exists(AccessTokenOptions.KnownAlgorithms, algorithm => Fits(key, algorithm));
    }

    public static bool Fits(JsonWebKey key, string algorithm) => key.Use is null or "sig"
        && (key.Alg is null || key.Alg == algorithm)
        && (algorithm, key.Kty, key.Crv) switch
        {
            ("RS256" or "PS256", "RSA", _) => IsSafe(Bytes(key.N), Bytes(key.E)),
            ("ES256", "EC", "P-256") => true,
            ("ES384", "EC", "P-384") => true,
            _ => false,
        };

    /// <summary>Neither weak nor costly. With an exponent of one, anybody could sign.</summary>
    private static bool IsSafe(byte[] modulus, byte[] exponent) =>
        modulus is { Length: >= SmallestModulus and <= LargestModulus } and [not 0, ..]
        && exponent is { Length: <= LargestExponent } and not ([] or [1]) && (exponent[^1] & 1) == 1;

    private static byte[] Bytes(string? text) => Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
}
