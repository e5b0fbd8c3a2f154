using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.AppHost.Resources;

/// <summary>
/// An API key for the Inspector, for one run, if the MCP server requires a key. The server gets the hash of the key; the
/// Inspector gets the key in a file that only the user can read.
/// </summary>
internal sealed class InspectorKey : IResourceAnnotation
{
    public InspectorKey()
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

    /// <summary>Lets the Inspector call the MCP server, with all scopes that the tools need.</summary>
    /// <param name="mcp">The MCP server.</param>
    /// <param name="index">The index in the server's list of keys.</param>
    public static void Admit(IResourceBuilder<ProjectResource> mcp, int index)
    {
        var key = new InspectorKey();
        var entry = string.Create(CultureInfo.InvariantCulture, $"Authentication__ApiKeys__{index}__");
        mcp.WithAnnotation(key)
            .WithEnvironment($"{entry}Name", "inspector")
            .WithEnvironment($"{entry}Hash", key.Hash)
            .WithEnvironment($"{entry}Scopes__0", "orders.read")
            .WithEnvironment($"{entry}Scopes__1", "orders.write");
    }

    /// <summary>The key of the Inspector, or null if it needs none.</summary>
    public static InspectorKey? Of(IResource mcp) => mcp.Annotations.OfType<InspectorKey>().SingleOrDefault();
}
