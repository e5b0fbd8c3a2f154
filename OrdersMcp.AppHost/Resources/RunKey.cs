using System.Security.Cryptography;
using System.Text;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.AppHost.Resources;

/// <summary>A new API key of the MCP server, for one run. The server gets its hash, and only the holder gets its text.</summary>
internal sealed class RunKey
{
    public RunKey()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var secret = DataFolder.NewSecret();
        var salt = RandomNumberGenerator.GetBytes(16);
        Text = $"omcp_{id}_{secret}";
        var digest = HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(secret));
        Hash = $"hmac-sha256:{id}:{Convert.ToHexStringLower(salt)}:{Convert.ToHexStringLower(digest)}";
    }

    /// <summary>The key; a secret.</summary>
    public string Text { get; }

    /// <summary>The hash of the key in the server's settings.</summary>
    public string Hash { get; }
}
