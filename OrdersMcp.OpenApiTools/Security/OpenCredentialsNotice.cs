using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Http;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>
/// Warns at start if everyone who reaches the MCP endpoint calls an API with this app's credentials: nothing but the
/// authorization of the endpoint checks the callers of such an API.
/// </summary>
internal sealed partial class OpenCredentialsNotice(
    EndpointDataSource endpoints, IOptions<OpenApiToolsOptions> options, IServiceProvider services, ILogger<OpenCredentialsNotice> logger)
    : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Apis.Find(api => api is { InProcess: false, HasCredentials: true }) is not { } api)
        {
            return;
        }

        foreach (var endpoint in McpEndpoint.Of(endpoints))
        {
            if (!await IsAuthorizedAsync(endpoint.Metadata))
            {
                LogOpen(endpoint.RoutePattern.RawText, api.Name);
            }
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> IsAuthorizedAsync(EndpointMetadataCollection metadata) => metadata.GetMetadata<IAllowAnonymous>() is null
        && (metadata.GetMetadata<IAuthorizeData>() is not null
            || metadata.GetMetadata<AuthorizationPolicy>() is not null
            || metadata.GetMetadata<IAuthorizationRequirementData>() is not null
            || (services.GetService<IAuthorizationPolicyProvider>() is { } policies && await policies.GetFallbackPolicyAsync() is not null));

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The MCP endpoint {Path} is without authorization, so everyone who reaches it calls the API {Api} with this app's credentials. Add RequireAuthorization() to MapOpenApiTools().")]
    private partial void LogOpen(string? path, string api);
}
