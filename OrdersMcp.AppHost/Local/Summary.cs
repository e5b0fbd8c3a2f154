using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace OrdersMcp.AppHost.Local;

/// <summary>The table with all addresses.</summary>
internal static class Summary
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Describes a running system.</summary>
    public static async Task<string> WriteAsync(
        DistributedApplicationModel model, IConfiguration configuration, TimeSpan took, CancellationToken cancellation)
    {
        var api = await Addresses.OfAsync(model, "api", cancellation);
        var mcp = $"{await Addresses.OfAsync(model, "mcp", cancellation)}/mcp";
        var inspector = await InspectorLink.Of(model.Resources.Single(resource => resource.Name == "inspector")).MakeAsync(cancellation);
        var dashboard = model.Resources.Any(resource => resource.Name == Addresses.Dashboard)
            ? await Addresses.DashboardAsync(model, configuration, cancellation)
            : "not running";
        // Without the playground there is no line for it.
        var playground = model.Resources.Any(resource => resource.Name == "playground")
            ? $"\n  Playground    {await Addresses.OfAsync(model, "playground", cancellation)}"
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"""

              Dashboard     {dashboard}{playground}
              MCP endpoint  {mcp}
              Inspector     {inspector}
              API           {api}/orders/1
              Swagger       {api}/swagger

              Configuration for an MCP client:
              {ClientConfiguration(mcp).ToJsonString(Readable)}

              Everything is up after {took.TotalSeconds:0.0} s. Ctrl+C stops it.

            """);
    }

    /// <summary>The configuration for an MCP client.</summary>
    public static JsonObject ClientConfiguration(string endpoint) => new()
    {
        ["mcpServers"] = new JsonObject { ["orders"] = new JsonObject { ["type"] = "http", ["url"] = endpoint } },
    };
}
