using OrdersMcp.McpServer.Subscriptions;
using OrdersMcp.ServiceDefaults;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>
/// The same server for one client that starts it as its child: messages on standard input and output (MCP,
/// basic/transports, "stdio"), logs on standard error alone. It ends when its input does.
/// </summary>
internal static class StdioHost
{
    public static async Task RunAsync(string[] configuration)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ContentRootPath = AppContext.BaseDirectory, // a client starts it in whatever folder the client is in
        });
        builder.Configuration.AddCommandLine(configuration);
        builder.AddServiceDefaults();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.AddFoundation();
        builder.Services.AddFeatures().WithStdioServerTransport();
        using var host = builder.Build();
        SettingsFailure.ThrowIfInvalid(host.Services);
        host.UseStdioNotifications();
        await host.RunAsync();
    }
}
