using OrdersMcp.Playground;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Conversations;
using OrdersMcp.Playground.Http;
using OrdersMcp.Playground.Models;
using OrdersMcp.Playground.Telemetry;
using OrdersMcp.Playground.Tools;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.ServiceDefaults.Hardening;
using OrdersMcp.ServiceDefaults.Start;

try
{
    return await PlaygroundCommandLine.RunAsync(args, ServeAsync, Console.Out, Console.Error, CancellationToken.None);
}
catch (Exception exception) when (StartFailure.Of(exception, typeof(ConversationRunner).Assembly) is { } failure)
{
    return await failure.WriteAsync(Console.Error);
}

static async Task ServeAsync(string[] settings)
{
    var builder = WebApplication.CreateBuilder(settings);
    builder.LeaveStartFailureToProgram();
    builder.AddServiceDefaults();
    builder.AddHardening();
    builder.AddPlaygroundSettings();
    builder.Services.AddPlaygroundTelemetry();
    builder.Services.AddToolServers();
    builder.Services.AddModels();
    builder.Services.AddConversations();
    builder.Services.AddPlaygroundHttp();

    var app = builder.Build();
    app.CheckSettings();
    app.UseHardening();
    app.UsePlaygroundHttp();
    app.MapDefaultEndpoints();
    await app.ServeAsync();
}
