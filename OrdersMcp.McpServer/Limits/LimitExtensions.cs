using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.Security;

namespace OrdersMcp.McpServer.Limits;

/// <summary>Shares limits between replicas if a connection string says where.</summary>
internal static class LimitExtensions
{
    public static void AddSharedLimits(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LimitStoreOptions>()
            .BindConfiguration(LimitStoreOptions.Section)
            .Configure<IConfiguration>((store, configuration) => store.ConnectionString = configuration.GetConnectionString(LimitStoreOptions.Connection) ?? "")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<LimitStoreOptions>, LimitStoreOptionsValidator>();
        services.AddSingleton<LimitStoreMetrics>();
        services.AddSingleton<LimitStore>();
        services.AddHostedService(provider => provider.GetRequiredService<LimitStore>());
        services.AddSingleton<ICallRates>(provider => IsOn(provider)
            ? ActivatorUtilities.CreateInstance<SharedRates>(provider)
            : provider.GetRequiredService<ProcessRates>());
        services.AddSingleton<IUsedNonces>(provider => IsOn(provider)
            ? ActivatorUtilities.CreateInstance<SharedNonces>(provider)
            : provider.GetRequiredService<UsedNonces>());
        services.AddHealthChecks().AddCheck<LimitStoreHealthCheck>("limits");
    }

    private static bool IsOn(IServiceProvider provider) => provider.GetRequiredService<IOptions<LimitStoreOptions>>().Value.IsOn;
}
