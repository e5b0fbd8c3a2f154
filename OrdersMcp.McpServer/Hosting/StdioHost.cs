using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.Hosting.Stdio;
using OrdersMcp.McpServer.Http;
using OrdersMcp.McpServer.Subscriptions;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.ServiceDefaults.Start;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>
/// The same server for one client that starts it as its child: messages on standard input and output (MCP,
/// basic/transports, "stdio"), logs on standard error alone. It ends when its input does and all requests are answered.
/// </summary>
internal static class StdioHost
{
    public static async Task RunAsync(string[] configuration)
    {
        var output = Console.OpenStandardOutput();
        Console.SetOut(Console.Error); // whatever else is written is no message
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ContentRootPath = AppContext.BaseDirectory, // a client starts it in whatever folder the client is in

            // As the server over HTTP: "dotnet run" sets the second, which this host would not read.
            EnvironmentName = Variable("DOTNET_ENVIRONMENT") ?? Variable("ASPNETCORE_ENVIRONMENT"),
            Args = configuration,
        });
        builder.LeaveStartFailureToProgram();
        builder.AddServiceDefaults();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.AddFoundation();
        builder.Services.AddFeatures().WithStdioServerTransport();
        builder.Services.AddStdio(output);
        ThrowIfUnaddressed(builder.Configuration);
        using var host = builder.Build();
        host.CheckSettings();
        host.Services.OpenAudit();
        host.UseStdioNotifications();
        await host.RunAsync();
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static void AddStdio(this IServiceCollection services, Stream output)
    {
        services.LeaveAnsweredErrorsUnlogged();
        services.AddSingleton<OpenRequests>();
        services.AddSingleton(provider => new StdioOutput(output, provider.GetRequiredService<OpenRequests>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<StdioInput>(provider, Console.OpenStandardInput()));
        services.AddHostedService(provider => provider.GetRequiredService<StdioInput>());
        services.Replace(ServiceDescriptor.Singleton<ITransport>(provider => new StreamServerTransport(
            provider.GetRequiredService<StdioInput>().Passed,
            provider.GetRequiredService<StdioOutput>(),
            provider.GetRequiredService<IOptions<McpServerOptions>>().Value.ServerInfo?.Name,
            provider.GetRequiredService<ILoggerFactory>())));
    }

    /// <summary>
    /// A client's own server knows of no service discovery but what it is told: without an address it would ask for a host
    /// named <c>api</c> for ever.
    /// </summary>
    /// <exception cref="OptionsValidationException">A document is at the service <c>api</c>, and no address of it is set.</exception>
    private static void ThrowIfUnaddressed(ConfigurationManager configuration)
    {
        var isUsed = configuration.GetSection("Mcp:Apis").GetChildren().Any(api =>
            Uri.TryCreate(api["Document"], UriKind.Absolute, out var document) && document is { IsFile: false, Host: "api" });
        if (isUsed && !configuration.GetSection("services:api").GetChildren().Any())
        {
            throw new OptionsValidationException(
                nameof(McpOptions), typeof(McpOptions), ["The address of the API is not set. Pass it with --api, such as --api http://localhost:5080."]);
        }
    }
}
