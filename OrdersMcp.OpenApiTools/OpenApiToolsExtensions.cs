using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Security;
using OrdersMcp.OpenApiTools.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives AI agents the operations of an app, or of any API with an OpenAPI document, as MCP tools.</summary>
public static class OpenApiToolsExtensions
{
    /// <summary>
    /// Adds the tools: those of this app, unless another API is added or the section <c>Mcp</c> of the settings names one.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configure">Sets options after the settings.</param>
    /// <exception cref="OptionsValidationException">Thrown at start if a setting is invalid; each failure names its setting.</exception>
    public static IOpenApiToolsBuilder AddOpenApiTools(this IServiceCollection services, Action<OpenApiToolsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = new OpenApiToolsBuilder(services);
        if (services.Any(service => service.ServiceType == typeof(ToolCatalog)))
        {
            return configure is null ? builder : throw new InvalidOperationException("AddOpenApiTools is called twice, and only the first call can set options.");
        }

        // Before everything else that completes the options: defaults hold for this app too.
        services.AddOptions<OpenApiToolsOptions>().PostConfigure<IHostEnvironment>((options, environment) =>
        {
            if (options.Apis.Count == 0)
            {
                options.Apis.Add(OpenApiToolsBuilder.ThisApp(environment));
            }
        });
        services.AddFoundation();
        services.TryAddSingleton<ICallerRules, AppRules>();
        services.TryAddSingleton<ICallAudit, NoAudit>();
        services.AddFeatures().ServeHttp();
        services.AddHostedService<OpenCredentialsNotice>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        return builder;
    }

    /// <summary>
    /// Adds a check whether the tools can be used: unhealthy until a document was read, and degraded while one is unusable.
    /// </summary>
    /// <param name="builder">The health checks of the app.</param>
    public static IHealthChecksBuilder AddOpenApiTools(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<CatalogHealthCheck>("catalog");
    }

    /// <summary>
    /// Serves the tools over the Streamable HTTP transport of MCP, in every revision of the protocol since 2025-03-26.
    /// </summary>
    /// <param name="endpoints">The endpoints of the app.</param>
    /// <param name="path">The path, which must have no parameters; unless set, <c>Mcp:Path</c> of the settings, or <c>/mcp</c>.</param>
    /// <returns>The endpoint, for conventions such as <c>RequireAuthorization()</c>.</returns>
    /// <exception cref="ArgumentException">The path has parameters, or does not begin with a slash.</exception>
    public static IEndpointConventionBuilder MapOpenApiTools(this IEndpointRouteBuilder endpoints, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (path is not null && !McpEndpointOptionsValidator.IsPath(path))
        {
            throw new ArgumentException($"'{path}' must be a path such as /mcp: it begins with a slash, and has no parameters.", nameof(path));
        }

        var shedding = endpoints.ServiceProvider.GetService<LoadShedding>()
            ?? throw new InvalidOperationException("The tools are not added. Call builder.Services.AddOpenApiTools() first.");
        if (path is not null)
        {
            endpoints.ServiceProvider.GetRequiredService<IOptions<McpEndpointOptions>>().Value.Path = path;
        }

        var services = endpoints.ServiceProvider;
        var endpoint = endpoints.MapMcpEndpoint(shedding.InvokeAsync);
        endpoint.Finally(built =>
        {
            // A call in process counts against the app's own limits. If the request that it waits for took a place there too,
            // both could wait for each other.
            if (services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value.Apis.Exists(api => api.InProcess)
                && !built.Metadata.OfType<EnableRateLimitingAttribute>().Any())
            {
                built.Metadata.Add(new DisableRateLimitingAttribute());
            }
        });
        return endpoint;
    }
}
