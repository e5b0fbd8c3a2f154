using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>Logs the URL once the server listens: the configured address may lack a port or have a wildcard host.</summary>
internal sealed partial class EndpointAnnouncement(
    IServer server, EndpointDataSource endpoints, IHostApplicationLifetime lifetime, ILogger<EndpointAnnouncement> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            {
                foreach (var endpoint in McpEndpoint.Of(endpoints))
                {
                    LogEndpoint(UrlOf(address, $"/{endpoint.RoutePattern.RawText?.Trim('/')}"));
                }
            }
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The URL for a client on this machine: a wildcard host becomes localhost.</summary>
    public static string UrlOf(string address, string path)
    {
        var parsed = BindingAddress.Parse(address);
        var host = parsed.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : parsed.Host;
        return parsed.IsUnixPipe ? $"{address} {path}" : $"{parsed.Scheme}://{host}:{parsed.Port}{path}";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "MCP endpoint: {Url}")]
    private partial void LogEndpoint(string url);
}
