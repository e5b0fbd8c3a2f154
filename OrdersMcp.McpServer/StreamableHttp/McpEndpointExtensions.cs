// Stands in for the package ModelContextProtocol.AspNetCore, of which it has the stateless Streamable HTTP transport:
// WithHttpTransport and MapMcp, with the same names.
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.StreamableHttp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Serves MCP over HTTP.</summary>
internal static class McpEndpointExtensions
{
    public static IMcpServerBuilder WithHttpTransport(
        this IMcpServerBuilder builder, Action<HttpServerTransportOptions>? configure = null)
    {
        builder.Services.AddOptions<HttpServerTransportOptions>().Configure(options => configure?.Invoke(options))
            .Validate(
                options => options.Path.StartsWith('/') && Uri.IsWellFormedUriString(options.Path, UriKind.Relative)
                    && !options.Path.AsSpan().ContainsAny("{}?#*"),
                "Mcp:Path must be a path such as /mcp: it begins with a slash, and has no parameters.")
            .ValidateOnStart();
        // The request's own scope serves the whole of its short server.
        builder.Services.Configure<McpServerOptions>(options => options.ScopeRequests = false);
        builder.Services.AddSingleton<StreamableHttpHandler>();
        builder.Services.AddHostedService<EndpointAnnouncement>();
        return builder;
    }

    /// <summary>Maps the endpoint to <paramref name="pattern"/>, else to the path of the options.</summary>
    public static IEndpointConventionBuilder MapMcp(this IEndpointRouteBuilder endpoints, string? pattern = null)
    {
        var handler = endpoints.ServiceProvider.GetRequiredService<StreamableHttpHandler>();
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<HttpServerTransportOptions>>().Value;
        return endpoints.Map(pattern ?? options.Path, handler.HandleAsync)
            .WithMetadata(new BodyLimit(options.MaxRequestBodyBytes));
    }

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}

/// <summary>Options of the HTTP transport.</summary>
internal sealed class HttpServerTransportOptions
{
    /// <summary>Origins of web pages that may call, besides the server's own and, between loopback addresses, any.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>The tool of a name, where the server's tools are not in its tool collection.</summary>
    public Func<string, Tool?>? FindTool { get; set; }

    /// <summary>
    /// Whether a request that has been read goes on to the server; one that does not has been answered. All do unless set.
    /// </summary>
    public Func<HttpContext, JsonRpcMessage, ValueTask<bool>>? Admit { get; set; }

    /// <summary>The path of the endpoint. <c>/mcp</c> unless set.</summary>
    public string Path { get; set; } = "/mcp";

    /// <summary>The largest request body in bytes; a larger one is refused with 413.</summary>
    public long MaxRequestBodyBytes { get; set; } = 1024 * 1024;
}
