using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations.Requests;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>Adds the catalog of all APIs to the application.</summary>
internal static class CatalogExtensions
{
    public static void AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<OpenApiToolsOptions>, OpenApiToolsOptionsValidator>();
        services.AddSingleton<IValidateOptions<OpenApiToolsOptions>, IntroductionCheck>();
        services.AddOptions<OpenApiToolsOptions>()
            .Configure<IConfiguration>((_, configuration) => SettingsCheck.ThrowIfWrong(configuration))
            .BindConfiguration(OpenApiToolsOptions.Section)
            .PostConfigure(options =>
            {
                foreach (var api in options.Apis)
                {
                    options.ApiDefaults.GetValueOrDefault(api.Name)?.Complete(api);
                }
            })
            .ValidateOnStart();
        services.AddSingleton<ToolCatalog>();
        services.AddSingleton<CatalogMetrics>();
        services.AddApp();
        services.AddSingleton<ApiClients>();
        services.AddSingleton<CatalogRefresher>();
        services.AddHostedService(services => services.GetRequiredService<CatalogRefresher>());
        ApiClients.Register(services);
    }
}
