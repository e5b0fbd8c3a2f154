using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.Operations.Requests;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Adds the catalog of all APIs to the application.</summary>
internal static class CatalogExtensions
{
    public static void AddCatalog(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<McpOptions>, McpOptionsValidator>();
        builder.Services.AddOptions<McpOptions>()
            .Configure<IConfiguration>((_, configuration) => SettingsCheck.ThrowIfWrong(configuration))
            .BindConfiguration(McpOptions.Section)
            .PostConfigure(options =>
            {
                foreach (var api in options.Apis)
                {
                    options.ApiDefaults.GetValueOrDefault(api.Name)?.Complete(api);
                }
            })
            .ValidateOnStart();
        builder.Services.AddSingleton<ToolCatalog>();
        builder.Services.AddSingleton<CatalogMetrics>();
        builder.Services.AddSingleton<ApiClients>();
        builder.Services.AddSingleton<CatalogRefresher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CatalogRefresher>());
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog");
        ApiClients.Register(builder.Services);
    }
}
