using System.CommandLine;
using OrdersMcp.Playground.Evals;
using OrdersMcp.ServiceDefaults.Start;

namespace OrdersMcp.Playground;

/// <summary>
/// The commands of the playground; without one, it serves. Settings (<c>--key=value</c>, <c>--key value</c>) can appear
/// anywhere.
/// </summary>
internal static class PlaygroundCommandLine
{
    /// <param name="arguments">The command line.</param>
    /// <param name="serve">Serves HTTP with the settings in its argument.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(
        string[] arguments, Func<string[], Task> serve, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var given = ProgramArguments.Of(arguments);
        var root = new RootCommand(
            "The playground: a page on which a model uses the tools of the MCP server. Without a command it serves HTTP. Any setting "
            + "can be given as --key=value, such as --urls=http://localhost:5070.")
        {
            ProgramCommandLine.Urls(),
            EvaluationCommand.Of(given.Settings, output, error),
        };
        root.SetAction((_, _) => serve(given.Settings));
        return ProgramCommandLine.RunAsync(root, given, output, error, cancellationToken);
    }
}
