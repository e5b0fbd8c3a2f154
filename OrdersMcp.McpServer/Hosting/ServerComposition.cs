using OrdersMcp.McpServer.Audit;
using OrdersMcp.McpServer.Security;
using OrdersMcp.OpenApiTools;
using OrdersMcp.OpenApiTools.Catalog;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>What this server adds to the tools, for both transports.</summary>
internal static class ServerComposition
{
    /// <summary>The base of every server: tools, audit, access rules and readiness.</summary>
    public static void AddServer(this IHostApplicationBuilder builder)
    {
        builder.Services.AddFoundation();
        builder.AddAudit();
        builder.Services.AddCallerRules();
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
    }
}
