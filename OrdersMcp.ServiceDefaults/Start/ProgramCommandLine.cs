using System.CommandLine;
using System.CommandLine.Invocation;

namespace OrdersMcp.ServiceDefaults.Start;

/// <summary>Runs the command of a command line that also has settings.</summary>
public static class ProgramCommandLine
{
    /// <summary>The exit code for a command line that is not valid.</summary>
    public const int UsageError = 2;

    // The configuration supports neither bundled options nor response files.
    private static readonly ParserConfiguration Plain = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>The most common setting. It is declared for <c>--help</c>, and for suggestions when it is misspelt.</summary>
    public static Option Urls() =>
        new Option<string>("--urls") { Description = "The addresses to listen on.", HelpName = "URL[;URL]" };

    /// <summary>
    /// Runs a command, or writes the problem with the command line to <paramref name="error"/>, with the probably intended
    /// word. Exceptions of the command propagate.
    /// </summary>
    /// <returns>The exit code of the command, or <see cref="UsageError"/>.</returns>
    public static async Task<int> RunAsync(
        RootCommand root, ProgramArguments arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var line = root.Parse(arguments.Words, Plain);
        var isMistake = line.Errors.Count > 0 || arguments.Problems.Length > 0;
        if (line.Errors.Count == 0)
        {
            foreach (var problem in arguments.Problems)
            {
                await error.WriteLineAsync(problem);
            }
        }

        // The whole help would hide the mistake.
        if (line.Action is ParseErrorAction mistake)
        {
            mistake.ShowHelp = false;
        }

        var exitCode = line.Errors.Count == 0 && isMistake ? UsageError : await line.InvokeAsync(
            new InvocationConfiguration
            {
                // After a mistake all output goes to standard error: it is for people, not for a pipe.
                Output = isMistake ? error : output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // the host handles signals
            },
            cancellationToken);
        if (!isMistake)
        {
            return exitCode;
        }

        await error.WriteLineAsync("--help lists the commands and options.");
        return UsageError;
    }
}
