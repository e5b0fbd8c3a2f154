using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.McpServer.Hosting.Stdio;
using OrdersMcp.OpenApiTools;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Subscriptions;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.ServiceDefaults.Start;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>
/// The server for one client that starts it as a child process: messages on standard input and output (MCP,
/// basic/transports, "stdio"), logs only on standard error. It ends when its input ends and all requests are answered.
/// </summary>
internal static class StdioHost
{
    public static async Task RunAsync(string[] configuration)
    {
        var output = Console.OpenStandardOutput();
        Console.SetOut(Console.Error); // any other output is not a message
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ContentRootPath = ContentRoot.Of(configuration),

            // As in the server over HTTP: "dotnet run" sets the second variable, which this host would ignore.
            EnvironmentName = Variable("DOTNET_ENVIRONMENT") ?? Variable("ASPNETCORE_ENVIRONMENT"),
            Args = configuration,
        });
        builder.LeaveStartFailureToProgram();
        builder.AddServiceDefaults();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.AddServer();
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
    /// A server started by a client has no service discovery. Without an address it would try to resolve a host named
    /// <c>api</c>.
    /// </summary>
    /// <exception cref="OptionsValidationException">A document is at the service <c>api</c>, which has no address.</exception>
    private static void ThrowIfUnaddressed(ConfigurationManager configuration)
    {
        var isUsed = configuration.GetSection("Mcp:Apis").GetChildren().Any(api =>
            Uri.TryCreate(api["Document"], UriKind.Absolute, out var document) && document is { IsFile: false, Host: "api" });
        if (isUsed && !configuration.GetSection("services:api").GetChildren().Any())
        {
            throw new OptionsValidationException(
                nameof(OpenApiToolsOptions), typeof(OpenApiToolsOptions), ["The address of the API is not set. Pass it with --api, such as --api http://localhost:5080."]);
        }
    }
}
