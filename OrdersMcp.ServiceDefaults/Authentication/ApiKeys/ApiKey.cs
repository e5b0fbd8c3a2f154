using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

/// <summary>
/// An API key, <c>omcp_{id}_{secret}</c>. The id finds the entry and is not secret. The secret has 192 random bits, so a fast
/// salted hash is as good as a slow one: the secret cannot be guessed.
/// </summary>
internal sealed record ApiKey(string Id, string Secret)
{
    private const string Prefix = "omcp_";
    private const int IdLength = 12;
    private const int SecretLength = 48;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public static bool HasPrefix(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    public static ApiKey Create() => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2)),
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretLength / 2)));

    /// <summary>The key in a text, or null if the text is not a key.</summary>
    public static ApiKey? Parse(string text) =>
        text.Length == Prefix.Length + IdLength + 1 + SecretLength && HasPrefix(text) && text[Prefix.Length + IdLength] == '_'
            && text.AsSpan(Prefix.Length, IdLength).IndexOfAnyExcept(Hex) < 0
            && text.AsSpan(Prefix.Length + IdLength + 1).IndexOfAnyExcept(Hex) < 0
            ? new ApiKey(text.Substring(Prefix.Length, IdLength), text[(Prefix.Length + IdLength + 1)..])
            : null;

    public string Text => $"{Prefix}{Id}_{Secret}";

    /// <summary>The key without its secret, for logs and display.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";
}

/// <summary>The stored hash of a secret: <c>hmac-sha256:{id}:{salt}:{digest}</c>, with salt and digest in hexadecimal.</summary>
internal sealed record KeyHash(string Id, byte[] Salt, byte[] Digest)
{
    private const string Algorithm = "hmac-sha256";
    private const int SaltLength = 16;

    public static KeyHash Of(string id, string secret)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new KeyHash(id, salt, Compute(salt, secret));
    }

    /// <summary>The hash in a setting, or null if the setting is not a hash.</summary>
    public static KeyHash? Parse(string text)
    {
        try
        {
            return text.Split(':') is [Algorithm, { Length: > 0 } id, var salt, var digest]
                && Convert.FromHexString(salt) is { Length: >= SaltLength } saltBytes
                && Convert.FromHexString(digest) is { Length: HMACSHA256.HashSizeInBytes } digestBytes
                ? new KeyHash(id, saltBytes, digestBytes)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the secret has this hash. Compares digests of equal length in constant time.
    /// </summary>
    public bool IsOf(string secret) => CryptographicOperations.FixedTimeEquals(Compute(Salt, secret), Digest);

    public string Text => $"{Algorithm}:{Id}:{Convert.ToHexStringLower(Salt)}:{Convert.ToHexStringLower(Digest)}";

    private static byte[] Compute(byte[] salt, string secret) => HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(secret));
}
