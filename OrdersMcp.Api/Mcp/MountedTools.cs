using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.Api.Mcp;

/// <summary>
/// The tools of this API in its own process, at <c>/mcp</c>, if <c>Mcp:Mounted</c> is true. They are those of the MCP server,
/// without a second hop: callers authenticate here, and the API's own access rules decide.
/// </summary>
internal static class MountedTools
{
    private const string Setting = "Mcp:Mounted";

    public static void AddMountedTools(this WebApplicationBuilder builder)
    {
        if (!IsMounted(builder.Configuration))
        {
            return;
        }

        // With the names and filters that the server's settings have for this API.
        builder.Services.AddOpenApiTools().AddThisApp(api =>
        {
            api.Name = "orders";
            api.ExcludeTags = ["admin"];
            api.OutputSchemas = OutputSchemas.Full;
        });
    }

    public static void MapMountedTools(this WebApplication app)
    {
        if (IsMounted(app.Configuration))
        {
            app.MapOpenApiTools().RequireAuthorization();
        }
    }

    private static bool IsMounted(IConfiguration configuration) => configuration.GetValue<bool>(Setting);
}
