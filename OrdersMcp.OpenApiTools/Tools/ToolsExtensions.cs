using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Tools.Search;

namespace OrdersMcp.OpenApiTools.Tools;

/// <summary>Adds <c>tools/list</c> and <c>tools/call</c> to the server.</summary>
internal static class ToolsExtensions
{
    public static IMcpServerBuilder AddTools(this IMcpServerBuilder builder)
    {
        builder.Services.AddSingleton<ToolCaller>();
        builder.Services.AddSingleton<ToolLister>();
        builder.Services.AddSingleton<OwnTools>();
        builder.Services.AddSingleton<ToolSearch>();
        builder.Services.AddHostedService<ToolListNotice>();
        builder.Services.AddOptions<McpServerOptions>().Configure<ToolLister, OwnTools>((options, lister, own) =>
        {
            // before telemetry, which records the inner call
            options.Filters.Message.IncomingFilters.Insert(0, own.Receive);
            options.Filters.Message.IncomingFilters.Add(lister.Receive);
            options.Filters.Message.IncomingFilters.Add(ArgumentText.Receive);
            options.Filters.Message.IncomingFilters.Add(BrokenArguments.Receive);
        });
        return builder
            .WithListToolsHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ToolLister>().ListAsync(request, cancellationToken))
            .WithCallToolHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ToolCaller>().CallAsync(request, cancellationToken));
    }
}
