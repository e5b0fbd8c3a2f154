using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.OpenApiTools;

/// <summary>Chooses the APIs whose operations become tools.</summary>
public interface IOpenApiToolsBuilder
{
    /// <summary>The services of the app.</summary>
    IServiceCollection Services { get; }

    /// <summary>Adds this app itself. It is the default if no other API is added and the settings name none.</summary>
    /// <param name="configure">Names, filters and confirmations of its tools.</param>
    IOpenApiToolsBuilder AddThisApp(Action<ApiOptions>? configure = null);

    /// <summary>Adds another API, which is called over HTTP.</summary>
    /// <param name="name">Its name in messages and health checks, such as <c>petstore</c>.</param>
    /// <param name="configure">At least where its OpenAPI document is (<see cref="ApiOptions.Document"/>).</param>
    IOpenApiToolsBuilder AddApi(string name, Action<ApiOptions> configure);
}
