namespace OrdersMcp.OpenApiTools.App;

internal static class AppExtensions
{
    /// <summary>Makes this app's own endpoints and document available in process.</summary>
    public static void AddApp(this IServiceCollection services)
    {
        services.AddSingleton<AppPipeline>();
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter>(provider => provider.GetRequiredService<AppPipeline>())); // outermost
        services.AddSingleton<AppHandler>();
        services.AddSingleton<AppEndpoints>();
        services.AddSingleton(provider => new AppDocument(services, provider));
    }
}
