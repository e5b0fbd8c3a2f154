using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrdersMcp.Api.Orders;
using OrdersMcp.Api.Statistics;

namespace OrdersMcp.Api.Mcp;

/// <summary>
/// Apps that MCP clients show with the results of tools (MCP Apps, <c>ui://</c>). Each is one self-contained HTML page: its
/// content security policy allows only its own style and script, and no connections.
/// </summary>
internal static class McpApps
{
    public static JsonArray Write() =>
    [
        App(OrdersApi.App, "Order card", "An order with its lines and its timeline, and its cancellation."),
        App(StatisticsApi.App, "Order statistics", "Charts of orders and revenue."),
    ];

    private static JsonObject App(string name, string title, string description)
    {
        var style = McpText.Read("Apps/apps.css");
        var script = $"{McpText.Read("Apps/bridge.js")}\n{McpText.Read($"Apps/{name}.js")}";
        return new JsonObject
        {
            ["name"] = name,
            ["title"] = title,
            ["description"] = description,
            ["html"] = $"""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '{HashOf(script)}'; style-src '{HashOf(style)}'">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="mcp-tools" content="">
                <title>{title}</title>
                <style>{style}</style>
                </head>
                <body>
                <main id="app"><p class="quiet">Waiting for the result…</p></main>
                <script>{script}</script>
                </body>
                </html>
                """.ReplaceLineEndings("\n"),
        };
    }

    private static string HashOf(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
