using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.McpServer.Hosting.Pages;

/// <summary>The entry for this server in the configuration files of MCP clients, ready to paste.</summary>
internal static class ClientConfiguration
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For clients that call this server over HTTP.</summary>
    public static string OfHttp(string entry, string endpoint) => Of(entry, new JsonObject { ["type"] = "http", ["url"] = endpoint });

    /// <summary>For clients that start the server themselves: runs this program directly, without a build at each start.</summary>
    /// <returns>Null if the tools belong to other APIs, whose settings can contain credentials.</returns>
    public static string? OfStdio(string entry, IConfiguration configuration)
    {
        var isOrders = configuration.GetSection("Mcp:Apis").GetChildren().All(api =>
            Uri.TryCreate(api["Document"], UriKind.Absolute, out var document) && document is { IsFile: false, Host: "api" });
        var address = configuration.GetSection("services:api").GetChildren().SelectMany(endpoint => endpoint.GetChildren()).FirstOrDefault()?.Value;
        return isOrders && address is not null
            ? Of(entry, new JsonObject
            {
                ["command"] = "dotnet",
                ["args"] = new JsonArray(typeof(ClientConfiguration).Assembly.Location, "stdio", "--api", address),
            })
            : null;
    }

    private static string Of(string entry, JsonObject server) =>
        new JsonObject { ["mcpServers"] = new JsonObject { [entry] = server } }.ToJsonString(Readable);
}
