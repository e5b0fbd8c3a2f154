using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Completion;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.Confirmation;
using OrdersMcp.McpServer.Http;
using OrdersMcp.McpServer.Prompts;
using OrdersMcp.McpServer.Protocol;
using OrdersMcp.McpServer.Resources;
using OrdersMcp.McpServer.Security;
using OrdersMcp.McpServer.Signing;
using OrdersMcp.McpServer.Subscriptions;
using OrdersMcp.McpServer.Tasks;
using OrdersMcp.McpServer.Telemetry;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>Composes the features of the server, for both transports.</summary>
internal static class Composition
{
    /// <summary>The base of every server: telemetry, audit, catalog and access rules.</summary>
    public static void AddFoundation(this IHostApplicationBuilder builder)
    {
        builder.AddMcpTelemetry();
        builder.AddAudit();
        builder.AddCatalog();
        builder.Services.AddToolAccess();
        builder.Services.AddSigning();
    }

    /// <summary>All features for clients, without a transport.</summary>
    public static IMcpServerBuilder AddFeatures(this IServiceCollection services)
    {
        services.AddOptions<McpServerOptions>().Configure<IOptions<McpOptions>>(
            (server, options) => server.ServerInfo = ServerIdentity.Of(options.Value));
        var builder = services.AddMcpServer()
            .AddConfirmation()
            .AddTasks()
            .AddSubscriptions()
            .AddTools()
            .AddResources()
            .AddSkills()
            .AddPrompts()
            .AddCompletion();
        services.AddOptions<McpServerOptions>().Configure<ToolCatalog, SessionSubscriptions>((options, catalog, sessions) =>
        {
            var instructions = new ServerInstructions(catalog, sessions.Lasts);
            options.Filters.Message.IncomingFilters.Add(NewestHandshake.Receive);
            options.Filters.Message.IncomingFilters.Add(instructions.Receive);
            options.Filters.Message.OutgoingFilters.Add(instructions.Send);
        });
        return builder;
    }

    /// <summary>Serves them over HTTP: the endpoint finds tools in the catalog, and sessions receive changes.</summary>
    public static void ServeHttp(this IMcpServerBuilder builder)
    {
        builder.WithHttpEndpoint();
        builder.Services.AddOptions<McpEndpointOptions>().Configure<ToolCatalog, SessionSubscriptions>((options, catalog, sessions) =>
        {
            options.FindTool = catalog.Find;
            options.SessionBegun = sessions.Begin;
        });
    }
}
