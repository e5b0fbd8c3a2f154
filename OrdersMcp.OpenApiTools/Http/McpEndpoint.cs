using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// The MCP endpoint: the SDK's transport (ModelContextProtocol.AspNetCore) behind middleware that adds what the SDK lacks,
/// a class for each concern.
/// </summary>
internal static class McpEndpoint
{
    /// <summary>Serves MCP over HTTP, in both eras of the protocol.</summary>
    public static IMcpServerBuilder WithHttpEndpoint(this IMcpServerBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<McpEndpointOptions>, McpEndpointOptionsValidator>();
        services.AddOptions<McpEndpointOptions>().BindConfiguration(McpEndpointOptions.Section).ValidateOnStart();
        services.AddSingleton<Sessions>();
        services.AddSingleton<PackageEndpoint>();
        services.AddHostedService<EndpointAnnouncement>();
        services.LeaveAnsweredErrorsUnlogged();
        services.AddSingleton<ReceivedMessages>();
        services.AddOptions<McpServerOptions>().PostConfigure<ReceivedMessages>((options, received) =>
        {
            // Runs outside the filters that observe how a request ends.
            options.Filters.Message.IncomingFilters.Insert(0, AbandonedRequests.Receive);
            options.Filters.Message.IncomingFilters.Insert(0, received.Receive);
        });
        services.AddOptions<HttpServerTransportOptions>().Configure<Sessions, TimeProvider>(
            (options, sessions, time) => sessions.Configure(options, time));
        return builder.WithHttpTransport();
    }

    /// <summary>Maps the endpoint to the path of the options, for every HTTP method.</summary>
    /// <param name="endpoints">The endpoints of the app.</param>
    /// <param name="outermost">Middleware around the endpoint's own.</param>
    public static IEndpointConventionBuilder MapMcpEndpoint(
        this IEndpointRouteBuilder endpoints, Func<HttpContext, RequestDelegate, Task>? outermost = null)
    {
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<McpEndpointOptions>>().Value;
        var pipeline = endpoints.CreateApplicationBuilder();
        if (outermost is not null)
        {
            pipeline.Use(outermost);
        }

        pipeline.UseMiddleware<OriginCheck>();
        pipeline.UseMiddleware<MethodCheck>();
        pipeline.UseMiddleware<MediaTypeCheck>();
        pipeline.UseMiddleware<MessageReader>();
        pipeline.UseMiddleware<MessageCheck>();
        pipeline.UseMiddleware<Admission>();
        pipeline.UseMiddleware<SessionGate>();
        pipeline.UseMiddleware<AnswerForm>();
        pipeline.Run(endpoints.ServiceProvider.GetRequiredService<PackageEndpoint>().InvokeAsync);
        return endpoints.Map(options.Path, pipeline.Build())
            .WithMetadata(new BodyLimit(options.MaxRequestBodyBytes), new Mark());
    }

    /// <summary>Where the endpoint is mapped.</summary>
    public static IEnumerable<RouteEndpoint> Of(EndpointDataSource endpoints) =>
        endpoints.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<Mark>() is not null);

    /// <summary>Marks the endpoint among the others of the app.</summary>
    private sealed record Mark;

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
