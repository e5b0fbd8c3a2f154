using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Completion;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Prompts;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Resources;
using OrdersMcp.OpenApiTools.Security;
using OrdersMcp.OpenApiTools.Signing;
using OrdersMcp.OpenApiTools.Subscriptions;
using OrdersMcp.OpenApiTools.Tasks;
using OrdersMcp.OpenApiTools.Telemetry;
using OrdersMcp.OpenApiTools.Tools;

namespace OrdersMcp.OpenApiTools;

/// <summary>Composes the features, for both transports.</summary>
internal static class Composition
{
    /// <summary>The base of every server: telemetry, catalog and access rules.</summary>
    public static void AddFoundation(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMcpTelemetry();
        services.AddCatalog();
        services.AddToolAccess();
        services.AddSigning();
    }

    /// <summary>All features for clients, without a transport.</summary>
    public static IMcpServerBuilder AddFeatures(this IServiceCollection services)
    {
        services.AddOptions<McpServerOptions>().Configure<IOptions<OpenApiToolsOptions>>(
            (server, options) => server.ServerInfo = ServerIdentity.Of(options.Value));

        // The SDK logs three lines for each request. An app that wants them sets a level for a longer category.
        services.Configure<LoggerFilterOptions>(options => options.Rules.Insert(
            0, new LoggerFilterRule(providerName: null, "ModelContextProtocol", LogLevel.Warning, filter: null)));
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

    /// <summary>
    /// Serves them over HTTP: the endpoint finds tools in the catalog, checks access and limits, and sessions receive changes.
    /// </summary>
    public static void ServeHttp(this IMcpServerBuilder builder)
    {
        builder.WithHttpEndpoint();
        builder.Services.AddCallGuard();
        builder.Services.AddOptions<McpEndpointOptions>().Configure<ToolCatalog, SessionSubscriptions>((options, catalog, sessions) =>
        {
            options.FindTool = catalog.Find;
            options.SessionBegun = sessions.Begin;
        });
    }
}
