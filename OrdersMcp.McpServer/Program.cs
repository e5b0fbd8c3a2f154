using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Hosting;
using OrdersMcp.McpServer.Hosting.Commands;
using OrdersMcp.McpServer.Hosting.Pages;
using OrdersMcp.McpServer.Http;
using OrdersMcp.McpServer.Security;
using OrdersMcp.McpServer.Signing;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.ServiceDefaults.Hardening;

try
{
    if (CreateApiKeyCommand.IsAsked(args))
    {
        return await CreateApiKeyCommand.RunAsync(args, Console.Out, Console.Error);
    }

    if (StdioHost.IsAsked(args))
    {
        await StdioHost.RunAsync(args);
        return 0;
    }

    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddHardening();
    builder.AddFoundation();
    builder.AddSecurity();
    builder.Services.AddHostedService<SigningKeyNotice>();
    builder.Services.AddMcpPage();
    builder.Services.AddFeatures().ServeHttp();

    var app = builder.Build();
    if (ToolsCommand.IsAsked(args))
    {
        return await new ToolsCommand(app.Services).RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
    }

    if (ReplayCommand.IsAsked(args))
    {
        return await new ReplayCommand(app.Services).RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
    }

    SettingsFailure.ThrowIfInvalid(app.Services);
    app.UseHardening();
    app.UseMcpPage();
    app.UseSecurity();
    app.MapMcpEndpoint().RequireAuthorization();
    app.MapProtectedResource();
    app.MapCatalog();
    app.MapDefaultEndpoints();
    app.MapMcpPage();
    var path = app.Services.GetRequiredService<IOptions<McpEndpointOptions>>().Value.Path;
    app.MapFallback(context => Results.Problem(
            statusCode: StatusCodes.Status404NotFound, detail: $"There is nothing here. The MCP endpoint is {path}.").ExecuteAsync(context))
        .AllowAnonymous();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (SettingsFailure.Of(exception) is { } problems)
{
    return await SettingsFailure.WriteAsync(problems, Console.Error);
}
