using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Catalog;

namespace OrdersMcp.McpServer.Resources;

/// <summary>
/// Reads apps (MCP Apps, 2026-01-26). An app that has <c>&lt;meta name="mcp-tools" content=""&gt;</c> is told there which tools
/// its user is shown, so that it offers nothing that would be refused.
/// </summary>
internal sealed class AppReader(ICatalogVisibility access)
{
    private const string Place = "<meta name=\"mcp-tools\" content=\"\">";

    public ResourceContents Read(AppResource app, ClaimsPrincipal? caller, CatalogSnapshot snapshot)
    {
        var tools = string.Join(' ', access.Shown(caller, snapshot).Select(tool => tool.Name));
        return new TextResourceContents
        {
            Uri = app.Uri,
            MimeType = AppResource.MediaType,
            Text = app.Html.Replace(Place, Place.Replace("\"\"", $"\"{HtmlEncoder.Default.Encode(tools)}\"", StringComparison.Ordinal), StringComparison.Ordinal),
            // No origin besides the app itself: the host lets it load nothing and connect to nothing.
            Meta = new JsonObject { ["ui"] = new JsonObject { ["csp"] = new JsonObject(), ["prefersBorder"] = true } },
        };
    }

    /// <summary>Whether another caller may get another text.</summary>
    public CacheScope ScopeFor(ClaimsPrincipal? caller) => access.DependsOnCaller(caller) ? CacheScope.Private : CacheScope.Public;
}
