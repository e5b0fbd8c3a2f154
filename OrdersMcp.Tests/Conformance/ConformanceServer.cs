using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Http;

namespace OrdersMcp.Tests.Conformance;

/// <summary>The conformance suite's fixtures behind the product's own endpoint, on a free loopback port.</summary>
internal sealed class ConformanceServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ConformanceServer(WebApplication app) => _app = app;

    public string Endpoint => $"{_app.Urls.Single()}/mcp";

    public static async Task<ConformanceServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddMcpServer()
            .WithHttpEndpoint()
            .WithTools<FixtureTools>()
            .WithTools<FixtureInputTools>()
            .WithTools<FixtureSessionTools>()
            .WithTools([FixtureTools.JsonSchema202012()])
            .WithPrompts<FixturePromptsAndResources>()
            .WithPrompts<FixtureInputTools>()
            .WithResources<FixturePromptsAndResources>()
            .WithCompleteHandler((_, _) => ValueTask.FromResult(new CompleteResult { Completion = new Completion { Values = [] } }))
            .WithRequestFilters(filters => filters
                .AddListToolsFilter(next => (request, cancellationToken) => CacheAsync(next(request, cancellationToken)))
                .AddListPromptsFilter(next => (request, cancellationToken) => CacheAsync(next(request, cancellationToken)))
                .AddListResourcesFilter(next => (request, cancellationToken) => CacheAsync(next(request, cancellationToken)))
                .AddListResourceTemplatesFilter(next => (request, cancellationToken) => CacheAsync(next(request, cancellationToken)))
                .AddReadResourceFilter(next => (request, cancellationToken) => CacheAsync(next(request, cancellationToken))));
        var server = new ConformanceServer(builder.Build());
        server._app.MapMcpEndpoint();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async ValueTask<T> CacheAsync<T>(ValueTask<T> answering)
        where T : ICacheableResult
    {
        var result = await answering;
        result.TimeToLive = TimeSpan.FromMinutes(5);
        result.CacheScope = CacheScope.Public;
        return result;
    }
}
