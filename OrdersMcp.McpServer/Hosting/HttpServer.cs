using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.McpServer.Hosting.Pages;
using OrdersMcp.McpServer.Limits;
using OrdersMcp.McpServer.Security;
using OrdersMcp.OpenApiTools;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Signing;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.ServiceDefaults.Hardening;
using OrdersMcp.ServiceDefaults.Start;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>The server over HTTP.</summary>
internal static class HttpServer
{
    /// <summary>Builds the application. Commands that need its services build it too, without running it.</summary>
    public static WebApplication Build(string[] configuration)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = configuration,
            ContentRootPath = ContentRoot.Of(configuration),
        });
        builder.LeaveStartFailureToProgram();
        builder.AddServiceDefaults();
        builder.AddHardening();
        builder.AddServer();
        builder.AddSecurity();
        builder.AddSharedLimits();
        builder.Services.AddHostedService<SigningKeyNotice>();
        builder.Services.AddMcpPage();
        builder.Services.AddFeatures().ServeHttp();
        return builder.Build();
    }

    /// <summary>Serves until the process is stopped.</summary>
    public static async Task RunAsync(string[] configuration)
    {
        var app = Build(configuration);
        app.CheckSettings();
        app.Services.OpenAudit();
        app.UseHardening();
        app.UseMcpPage();
        app.UseSecurity();
        app.MapMcpEndpoint().RequireAuthorization();
        app.MapProtectedResource();
        app.MapCatalog();
        app.MapDefaultEndpoints();
        app.MapMcpPage();
        var path = app.Services.GetRequiredService<IOptions<McpEndpointOptions>>().Value.Path;
        // The pattern also matches paths that look like a file.
        app.MapFallback("{*path}", context => Results.Problem(
                statusCode: StatusCodes.Status404NotFound, detail: $"There is nothing here. The MCP endpoint is {path}.").ExecuteAsync(context))
            .AllowAnonymous();
        await app.ServeAsync();
    }
}
