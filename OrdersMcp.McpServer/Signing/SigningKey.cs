using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Catalog;

namespace OrdersMcp.McpServer.Signing;

/// <summary>
/// The secret behind what a client keeps for the server: what was asked of a person, and the handles of tasks. Replicas
/// share it by the setting <c>Mcp:SigningKey</c>; without it, it is made up, and lasts as long as the process.
/// </summary>
internal sealed class SigningKey
{
    /// <summary>As many bytes as the hash has: RFC 2104, section 3.</summary>
    public const int ShortestLength = 32;

    private readonly byte[] _key;

    public SigningKey(IOptions<McpOptions> options)
    {
        IsOfThisProcess = options.Value.SigningKey is null;
        _key = IsOfThisProcess
            ? RandomNumberGenerator.GetBytes(ShortestLength)
            : Read(options.Value.SigningKey!) ?? throw new InvalidOperationException($"Mcp:SigningKey {Rule}");
    }

    public static string Rule { get; } = $"must be at least {ShortestLength} bytes, as base64 or as text.";

    /// <summary>Whether nobody else has it, and it ends with the process.</summary>
    public bool IsOfThisProcess { get; }

    /// <summary>The bytes of a setting, or null where they are too few.</summary>
    public static byte[]? Read(string setting)
    {
        var decoded = new byte[setting.Length];
        var bytes = Convert.TryFromBase64String(setting, decoded, out var length) && length >= ShortestLength
            ? decoded[..length]
            : Encoding.UTF8.GetBytes(setting);
        return bytes.Length >= ShortestLength ? bytes : null;
    }

    /// <summary>A key for one purpose: what is signed for one is worth nothing for another (RFC 5869).</summary>
    public byte[] For(string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, _key, ShortestLength, info: Encoding.UTF8.GetBytes($"ordersmcp {purpose}"));
}
