using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Http;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>Puts access rules and limits before the MCP endpoint.</summary>
internal static class GuardExtensions
{
    /// <summary>Registers the catalog's access rules, which stdio without callers needs too. The host adds its <see cref="ICallerRules"/>.</summary>
    public static void AddToolAccess(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<LimitOptions>, LimitOptionsValidator>();
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateOnStart();
        services.AddSingleton<ToolAccessSource>();
        services.AddSingleton<ToolAccess>();
        services.AddSingleton<ICatalogVisibility>(provider => provider.GetRequiredService<ToolAccess>());
    }

    /// <summary>Checks each request over HTTP.</summary>
    public static void AddCallGuard(this IServiceCollection services)
    {
        services.AddSingleton<ProcessRates>();
        services.TryAddSingleton<ICallRates>(provider => provider.GetRequiredService<ProcessRates>());
        services.AddSingleton<CallLimits>();
        services.AddSingleton<LoadShedding>();
        services.AddSingleton<CallGuard>();
        services.AddSingleton<IAccessSource>(provider => provider.GetRequiredService<ToolAccessSource>());
        services.AddSingleton<IAccessSource, ResourceAccessSource>();
        services.AddSingleton<IAccessSource, CompletionAccessSource>();
        services.AddSingleton<IAccessSource, SubscriptionAccessSource>();
        services.AddSingleton<IAccessSource, TaskAccessSource>();
        services.AddOptions<McpEndpointOptions>().Configure<CallGuard>((options, guard) =>
        {
            options.Admit = guard.AdmitAsync;
            options.CountedAs = CallLimits.NameOf;
            options.SessionRefused = guard.SessionRefused;
        });
    }
}
