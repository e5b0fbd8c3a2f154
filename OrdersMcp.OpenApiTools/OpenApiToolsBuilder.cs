using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.OpenApiTools;

internal sealed class OpenApiToolsBuilder(IServiceCollection services) : IOpenApiToolsBuilder
{
    public IServiceCollection Services => services;

    public IOpenApiToolsBuilder AddThisApp(Action<ApiOptions>? configure = null)
    {
        services.AddOptions<OpenApiToolsOptions>().Configure<IHostEnvironment>((options, environment) =>
        {
            var api = ThisApp(environment);
            configure?.Invoke(api);
            api.InProcess = true;
            options.Apis.Add(api);
        });
        return this;
    }

    public IOpenApiToolsBuilder AddApi(string name, Action<ApiOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure<OpenApiToolsOptions>(options =>
        {
            var api = new ApiOptions { Name = name };
            configure(api);
            options.Apis.Add(api);
        });
        return this;
    }

    /// <summary>This app under its own name, with answers as its document describes them.</summary>
    public static ApiOptions ThisApp(IHostEnvironment environment) => new()
    {
        Name = environment.ApplicationName.ToLowerInvariant().Replace('.', '-'),
        InProcess = true,
    };
}
