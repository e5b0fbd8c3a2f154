using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace OrdersMcp.McpServer.Http;

/// <summary>Says where the endpoint is, once the server listens: what is configured may name no port, or any host.</summary>
internal sealed partial class EndpointAnnouncement(
    IServer server, IOptions<McpEndpointOptions> options, IHostApplicationLifetime lifetime, ILogger<EndpointAnnouncement> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            {
                LogEndpoint(UrlOf(address, options.Value.Path));
            }
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The URL for a client on this machine: an address of any host is one of this host.</summary>
    public static string UrlOf(string address, string path)
    {
        var parsed = BindingAddress.Parse(address);
        var host = parsed.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : parsed.Host;
        return parsed.IsUnixPipe ? $"{address} {path}" : $"{parsed.Scheme}://{host}:{parsed.Port}{path}";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "MCP endpoint: {Url}")]
    private partial void LogEndpoint(string url);
}
