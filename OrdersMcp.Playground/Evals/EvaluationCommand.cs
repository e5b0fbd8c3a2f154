using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Trace;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Conversations;
using OrdersMcp.Playground.Models;
using OrdersMcp.Playground.Telemetry;
using OrdersMcp.Playground.Tools;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.ServiceDefaults.Start;

namespace OrdersMcp.Playground.Evals;

/// <summary>The command <c>eval</c>: runs the cases of a folder with a model. It serves nothing.</summary>
internal static class EvaluationCommand
{
    private const int MostRuns = 100;
    private const string LocalServer = "http://localhost:5090";
    private const string ServerSetting = $"{PlaygroundOptions.Section}:{nameof(PlaygroundOptions.Server)}";

    /// <summary>The command for a command line with these settings.</summary>
    public static Command Of(string[] settings, TextWriter output, TextWriter error)
    {
        var model = new Option<string>("--model")
        {
            Description = "The id of the model, as in the settings below Playground:Models.",
            HelpName = "ID",
            DefaultValueFactory = _ => PlaygroundOptionsValidator.Scripted, // it costs nothing
        };
        var runs = new Option<int>("--k") { Description = $"How often each case is run, from 1 to {MostRuns}.", HelpName = "N", DefaultValueFactory = _ => 1 };
        runs.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && (!int.TryParse(given.Tokens[0].Value, out var number) || number is < 1 or > MostRuns))
            {
                given.AddError($"--k must be a number from 1 to {MostRuns}.");
            }
        });
        var cases = new Option<string>("--cases") { Description = "The folder of the cases. Unless given, the cases of this project.", HelpName = "FOLDER" };
        var server = new Option<string>("--mcp") { Description = $"The MCP server. Unless given, that of the running stack ({LocalServer}).", HelpName = "URL" };
        server.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && EndpointOf(given.Tokens[0].Value) is null)
            {
                given.AddError($"--mcp must be an http(s) address such as {LocalServer}.");
            }
        });
        var success = new Option<double?>("--min-success")
        {
            Description = "The percentage of runs that must succeed. Unless given, 100 with the scripted model, and 0 with others.",
            HelpName = "PERCENT",
        };
        success.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && (!double.TryParse(given.Tokens[0].Value, CultureInfo.InvariantCulture, out var number) || number is not (>= 0 and <= 100)))
            {
                given.AddError("--min-success must be a number from 0 to 100.");
            }
        });
        var command = new Command("eval", "Run the evaluation cases with a model, and print how it did.") { model, runs, cases, server, success };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = Build(settings, parsed.GetValue(server));
            app.CheckSettings();
            app.Services.GetService<TracerProvider>(); // begins to listen; the host is not started
            return await ActivatorUtilities.CreateInstance<Evaluation>(app.Services).RunAsync(
                new EvaluationOptions(
                    parsed.GetRequiredValue(model),
                    parsed.GetValue(runs),
                    parsed.GetValue(cases) is { } folder ? Path.GetFullPath(folder) : Path.Combine(AppContext.BaseDirectory, "evals"),
                    parsed.GetValue(success)),
                output,
                error,
                cancellationToken);
        });
        return command;
    }

    private static WebApplication Build(string[] settings, string? server)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        if (server is not null || builder.Configuration[ServerSetting] is null)
        {
            builder.Configuration[ServerSetting] = EndpointOf(server ?? LocalServer);
        }

        builder.Configuration[$"{PlaygroundOptions.Section}:{nameof(PlaygroundOptions.ScriptedPause)}"] = "00:00:00"; // nobody watches
        builder.Configuration["Logging:LogLevel:Default"] = nameof(LogLevel.Warning);
        builder.Configuration["Logging:LogLevel:ModelContextProtocol"] = nameof(LogLevel.None); // the command reports what fails
        builder.AddServiceDefaults();
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace); // the table is on standard output
        builder.AddPlaygroundSettings();
        builder.Services.AddPlaygroundTelemetry();
        builder.Services.AddToolServers();
        builder.Services.AddModels();
        builder.Services.AddConversations();
        return builder.Build();
    }

    /// <summary>The MCP endpoint of an address, which need not name the path; null if it is no http(s) address.</summary>
    private static string? EndpointOf(string address) =>
        !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") ? null
        : uri.AbsolutePath == "/" ? new Uri(uri, "/mcp").AbsoluteUri
        : uri.AbsoluteUri;
}
