using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// The end of the pipeline: the SDK's endpoints. They are not mapped into the application's routes, so that
/// <see cref="MethodCheck"/> and <see cref="MediaTypeCheck"/> refuse unmatched requests before the fallback route gets
/// them. There are two copies, one with sessions and one without: the SDK's hybrid mode refuses requests of the handshake
/// era that name no session, and this server answers them.
/// </summary>
internal sealed class PackageEndpoint
{
    private readonly Dictionary<string, RequestDelegate> _withSessions;
    private readonly RequestDelegate _stateless;

    public PackageEndpoint(IServiceProvider services)
    {
        _withSessions = Map(services);
        _stateless = Map(StatelessServices(services))[HttpMethods.Post];
    }

    public Task InvokeAsync(HttpContext context) => context.Features.Get<SessionUse>() is null
        ? _stateless(context)
        : _withSessions[context.Request.Method](context);

    /// <summary>The services for a stateless SDK endpoint, with this application's options.</summary>
    private static ServiceProvider StatelessServices(IServiceProvider services)
    {
        var factory = new SharedOptions(services.GetRequiredService<IOptionsFactory<McpServerOptions>>());
        var stateless = new ServiceCollection();
        stateless.AddSingleton(services.GetRequiredService<ILoggerFactory>());
        stateless.AddLogging();
        stateless.AddSingleton(services.GetRequiredService<IHostApplicationLifetime>());
        stateless.AddSingleton<IOptionsFactory<McpServerOptions>>(factory);
        stateless.AddSingleton(Options.Create(factory.Create(Options.DefaultName)));
        stateless.AddMcpServer().WithHttpTransport(options => options.SessionMode = HttpServerSessionMode.Stateless);
        return stateless.BuildServiceProvider();
    }

    private static Dictionary<string, RequestDelegate> Map(IServiceProvider services)
    {
        var routes = new Routes(services);
        routes.MapMcp();
        return routes.DataSources.SelectMany(source => source.Endpoints).ToDictionary(
            endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0],
            endpoint => endpoint.RequestDelegate!,
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Shares one options instance: the SDK would create one per request, to change a single property.</summary>
    private sealed class SharedOptions(IOptionsFactory<McpServerOptions> inner) : IOptionsFactory<McpServerOptions>
    {
        private readonly McpServerOptions _options = inner.Create(Options.DefaultName);

        public McpServerOptions Create(string name) => _options;
    }

    private sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
