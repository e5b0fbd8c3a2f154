using System.CommandLine;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.ServiceDefaults.Start;

namespace OrdersMcp.McpServer.Hosting.Commands;

/// <summary>
/// The commands of the server. Settings such as <c>--Mcp:Apis:0:Document=api.json</c> or <c>--urls
/// http://localhost:5090</c> can appear anywhere.
/// </summary>
internal static class ServerCommandLine
{
    /// <returns>The exit code of the command; 2 for an invalid command line.</returns>
    public static Task<int> RunAsync(string[] arguments)
    {
        var given = ProgramArguments.Of(arguments);
        return ProgramCommandLine.RunAsync(Root(given.Settings), given, Console.Out, Console.Error, CancellationToken.None);
    }

    private static RootCommand Root(string[] settings)
    {
        var stdio = new Option<bool>("--stdio") { Description = "Serve one client over standard input and output. The same as the command stdio." };
        var api = Api();
        var root = new RootCommand(
            "An MCP server that gives AI agents the operations of APIs as tools. Without a command it serves MCP over HTTP. "
            + "Any setting can be added, such as --Mcp:Apis:0:Document=api.json or --urls http://localhost:5090.")
        {
            stdio, api, ProgramCommandLine.Urls(), Stdio(settings), Tools(settings), Replay(settings), CreateApiKey(),
        };
        root.SetAction((parsed, _) => ServeAsync(settings, parsed.GetValue(api), parsed.GetValue(stdio)));
        return root;
    }

    private static Command Stdio(string[] settings)
    {
        var api = Api();
        var command = new Command("stdio", "Serve one client over standard input and output.") { api };
        command.SetAction((parsed, _) => ServeAsync(settings, parsed.GetValue(api), isStdio: true));
        return command;
    }

    private static Command Tools(string[] settings)
    {
        var document = new Option<string>("--document") { Description = "The OpenAPI document, instead of the configured APIs.", HelpName = "URL|FILE" };
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var schemas = new Option<bool>("--schemas") { Description = "With --json: write the schemas too." };
        var command = new Command("tools", "List the tools that a document becomes, what each costs a model, and every warning.") { document, json, schemas, LintTools(settings) };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = HttpServer.Build(settings);
            return await new ToolsCommand(app.Services).RunAsync(
                parsed.GetValue(document), parsed.GetValue(json), parsed.GetValue(schemas), Console.Out, Console.Error, cancellationToken);
        });
        return command;
    }

    private static Command LintTools(string[] settings)
    {
        var document = new Option<string>("--document") { Description = "The OpenAPI document, instead of the configured APIs.", HelpName = "URL|FILE" };
        var overlay = new Option<string>("--overlay") { Description = "Write an overlay to begin with.", HelpName = "FILE" };
        var command = new Command("lint", "Say what makes the tools of a document hard to use.") { document, overlay };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = HttpServer.Build(settings);
            return await new ToolsCommand(app.Services).LintAsync(
                parsed.GetValue(document), parsed.GetValue(overlay), Console.Out, Console.Error, cancellationToken);
        });
        return command;
    }

    private static Command Replay(string[] settings)
    {
        var trace = new Argument<string>("TRACEID") { Description = "32 hexadecimal digits, as the dashboard and list_tool_calls show them." };
        var command = new Command("replay", "Repeat a recorded call that changed nothing, and compare the answers.") { trace };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = HttpServer.Build(settings);
            return await new ReplayCommand(app.Services).RunAsync(
                parsed.GetRequiredValue(trace), Console.Out, Console.Error, cancellationToken);
        });
        return command;
    }

    private static Command CreateApiKey()
    {
        Option<string>[] options =
        [
            new("--name") { Description = "The name of the caller.", HelpName = "NAME" },
            new("--scopes") { Description = "What the caller may do, such as \"orders.read orders.write\".", HelpName = "SCOPES" },
            new("--expires") { Description = "The last day of the key, such as 2027-01-31.", HelpName = "DATE" },
            new("--tools") { Description = "The only tools that the caller may use.", HelpName = "TOOLS" },
            new("--customer") { Description = "The only customer whose data the caller may use.", HelpName = "ID" },
        ];
        var command = new Command("create-api-key", "Create an API key and the setting that accepts it.");
        Array.ForEach(options, command.Options.Add);
        command.SetAction((parsed, _) => CreateApiKeyCommand.RunAsync(
            [
                command.Name,
                .. options.SelectMany(option => parsed.GetValue(option) is { } value ? new[] { option.Name, value } : []),
            ],
            Console.Out,
            Console.Error));
        return command;
    }

    private static Option<string> Api() =>
        new("--api") { Description = "The address of the API. Short for --services:api:http:0.", HelpName = "URL" };

    private static Task ServeAsync(string[] settings, string? api, bool isStdio)
    {
        string[] configuration = api is null ? settings : [.. settings, $"--services:api:http:0={api}"];
        return isStdio ? StdioHost.RunAsync(configuration) : HttpServer.RunAsync(configuration);
    }
}
