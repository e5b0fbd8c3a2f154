using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Completion;
using OrdersMcp.McpServer.Confirmation;
using OrdersMcp.McpServer.Http;
using OrdersMcp.McpServer.Prompts;
using OrdersMcp.McpServer.Resources;
using OrdersMcp.McpServer.Security;
using OrdersMcp.McpServer.Signing;
using OrdersMcp.McpServer.Subscriptions;
using OrdersMcp.McpServer.Tasks;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Puts the catalog into the application and before clients.</summary>
internal static class CatalogExtensions
{
    public static void AddToolCatalog(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<McpOptions>, McpOptionsValidator>();
        builder.Services.AddOptions<McpOptions>()
            .Configure<IConfiguration>((_, configuration) => SettingsCheck.ThrowIfWrong(configuration))
            .BindConfiguration(McpOptions.Section)
            .ValidateOnStart();
        builder.Services.AddSingleton<ToolCatalog>();
        builder.Services.AddToolAccess();
        builder.Services.AddSingleton<ToolCaller>();
        builder.Services.AddSingleton<SigningKey>();
        builder.Services.AddSingleton<UsedNonces>();
        builder.Services.AddSingleton<Confirmer>();
        builder.Services.AddTasks();
        builder.Services.AddSingleton<ToolLister>();
        builder.Services.AddSingleton<ResourceLister>();
        builder.Services.AddSingleton<ResourceReader>();
        builder.Services.AddSingleton<PromptLister>();
        builder.Services.AddSingleton<PromptFiller>();
        builder.Services.AddSingleton<Completer>();
        builder.Services.AddSingleton<ApiClients>();
        builder.Services.AddOptions<McpEndpointOptions>()
            .Configure<ToolCatalog>((options, catalog) => options.FindTool = catalog.Find);
        builder.Services.AddSingleton<CatalogRefresher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CatalogRefresher>());
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
        builder.Services.AddSubscriptions();
        ApiClients.Register(builder.Services);
    }

    public static IMcpServerBuilder WithCatalogTools(this IMcpServerBuilder builder)
    {
        builder.Services.AddOptions<McpServerOptions>().Configure<ToolLister>((options, lister) =>
            options.Filters.Message.IncomingFilters.Add(lister.Receive));
        return builder
            .WithListToolsHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ToolLister>().ListAsync(request.User, request.Params?.Cursor, cancellationToken))
            .WithCallToolHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ToolCaller>().CallAsync(request, cancellationToken));
    }

    /// <summary>Resources, prompts and completion, and the instructions of the documents.</summary>
    public static IMcpServerBuilder WithCatalogFace(this IMcpServerBuilder builder)
    {
        builder.Services.AddOptions<McpServerOptions>().Configure<ToolCatalog, SessionSubscriptions>((options, catalog, sessions) =>
        {
            var introduction = new Introduction(catalog, sessions.Lasts);
            options.Filters.Message.IncomingFilters.Add(introduction.Receive);
            options.Filters.Message.OutgoingFilters.Add(introduction.Send);
        });
        return builder
            .WithListResourcesHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ResourceLister>().ListAsync(request.Params?.Cursor, cancellationToken))
            .WithListResourceTemplatesHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ResourceLister>().ListTemplatesAsync(request.User, request.Params?.Cursor, cancellationToken))
            .WithReadResourceHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ResourceReader>().ReadAsync(request, cancellationToken))
            .WithListPromptsHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<PromptLister>().ListAsync(request.Params?.Cursor, cancellationToken))
            .WithGetPromptHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<PromptFiller>().GetAsync(request.Params, cancellationToken))
            .WithCompleteHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<Completer>().CompleteAsync(request.Params, cancellationToken));
    }
}
