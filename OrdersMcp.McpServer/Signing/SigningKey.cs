using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Configuration;

namespace OrdersMcp.McpServer.Signing;

/// <summary>
/// The secret behind what a client keeps for the server: what was asked of a person, and the handles of tasks. Replicas
/// share it by the setting <c>Mcp:SigningKey</c>; without it, it is made up, and lasts as long as the process.
/// </summary>
internal sealed class SigningKey
{
    private readonly byte[] _key;

    public SigningKey(IOptions<McpOptions> options)
    {
        IsOfThisProcess = options.Value.SigningKey is null;
        _key = IsOfThisProcess
            ? RandomNumberGenerator.GetBytes(SigningSecret.ShortestLength)
            : SigningSecret.Read(options.Value.SigningKey!) ?? throw new InvalidOperationException($"Mcp:SigningKey {SigningSecret.Rule}");
    }

    /// <summary>Whether nobody else has it, and it ends with the process.</summary>
    public bool IsOfThisProcess { get; }

    /// <summary>A key for one purpose: a signature for one purpose is invalid for all others (RFC 5869).</summary>
    public byte[] For(string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, _key, SigningSecret.ShortestLength, info: Encoding.UTF8.GetBytes($"ordersmcp {purpose}"));
}
