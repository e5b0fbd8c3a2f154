using System.Globalization;

namespace OrdersMcp.AppHost.Resources;

/// <summary>
/// An API key for the Inspector, for one run, if the MCP server requires a key. The Inspector gets the key in a file that only
/// the user can read.
/// </summary>
internal sealed record InspectorKey(string Text) : IResourceAnnotation
{
    /// <summary>Lets the Inspector call the MCP server, with all scopes that the tools need.</summary>
    /// <param name="mcp">The MCP server.</param>
    /// <param name="index">The index in the server's list of keys.</param>
    public static void Admit(IResourceBuilder<ProjectResource> mcp, int index)
    {
        var key = new RunKey();
        var entry = string.Create(CultureInfo.InvariantCulture, $"Authentication__ApiKeys__{index}__");
        mcp.WithAnnotation(new InspectorKey(key.Text))
            .WithEnvironment($"{entry}Name", "inspector")
            .WithEnvironment($"{entry}Hash", key.Hash)
            .WithEnvironment($"{entry}Scopes__0", "orders.read")
            .WithEnvironment($"{entry}Scopes__1", "orders.write");
    }

    /// <summary>The key of the Inspector, or null if it needs none.</summary>
    public static InspectorKey? Of(IResource mcp) => mcp.Annotations.OfType<InspectorKey>().SingleOrDefault();
}
