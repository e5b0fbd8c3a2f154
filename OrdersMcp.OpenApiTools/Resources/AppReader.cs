using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;

namespace OrdersMcp.OpenApiTools.Resources;

/// <summary>
/// Reads apps (MCP Apps, 2026-01-26). In an app with <c>&lt;meta name="mcp-tools" content=""&gt;</c> it fills in the tools
/// that the user sees, so the app offers only actions that the server allows.
/// </summary>
internal sealed class AppReader(ICatalogVisibility access)
{
    private const string Place = "<meta name=\"mcp-tools\" content=\"\">";

    public async ValueTask<ResourceContents> ReadAsync(AppResource app, ClaimsPrincipal? caller, CatalogSnapshot snapshot)
    {
        var tools = string.Join(' ', (await access.ShownAsync(caller, snapshot)).Select(tool => tool.Name));
        return new TextResourceContents
        {
            Uri = app.Uri,
            MimeType = AppResource.MediaType,
            Text = app.Html.Replace(Place, Place.Replace("\"\"", $"\"{HtmlEncoder.Default.Encode(tools)}\"", StringComparison.Ordinal), StringComparison.Ordinal),
            // The empty policy allows no origins: the host lets the app load nothing and connect to nothing.
            Meta = new JsonObject { ["ui"] = new JsonObject { ["csp"] = new JsonObject(), ["prefersBorder"] = true } },
        };
    }

    /// <summary>Whether the text depends on the caller.</summary>
    public CacheScope ScopeFor(ClaimsPrincipal? caller) => access.DependsOnCaller(caller) ? CacheScope.Private : CacheScope.Public;
}
