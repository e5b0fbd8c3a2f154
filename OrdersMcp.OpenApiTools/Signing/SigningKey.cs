using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.OpenApiTools.Signing;

/// <summary>
/// The secret that signs data kept by clients: open confirmations and the handles of tasks. Replicas share it by the
/// setting <c>Mcp:SigningKey</c>. Without the setting it is random, and lasts as long as the process.
/// </summary>
internal sealed class SigningKey
{
    private readonly byte[] _key;
    private readonly byte[][] _accepted;

    public SigningKey(IOptions<OpenApiToolsOptions> options)
    {
        IsOfThisProcess = options.Value.SigningKey is null;
        _key = IsOfThisProcess
            ? RandomNumberGenerator.GetBytes(SigningSecret.ShortestLength)
            : SigningSecret.Read(options.Value.SigningKey!) ?? throw new InvalidOperationException($"Mcp:SigningKey {SigningSecret.Rule}");
        _accepted =
        [
            .. options.Value.AcceptedSigningKeys.Where(setting => setting.Length > 0).Select(setting => SigningSecret.Read(setting)
                ?? throw new InvalidOperationException($"Mcp:AcceptedSigningKeys {SigningSecret.Rule}")),
        ];
    }

    /// <summary>Whether the key is random and known only to this process.</summary>
    public bool IsOfThisProcess { get; }

    /// <summary>A key for one purpose: a signature for one purpose is invalid for all others (RFC 5869).</summary>
    public byte[] For(string purpose) => Derive(_key, purpose);

    /// <summary>Seals with the key of one purpose, and also opens texts sealed with an accepted key.</summary>
    public SealedText Seal(string purpose) => new(For(purpose), [.. _accepted.Select(key => Derive(key, purpose))]);

    private static byte[] Derive(byte[] key, string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, key, SigningSecret.ShortestLength, info: Encoding.UTF8.GetBytes($"ordersmcp {purpose}"));
}
