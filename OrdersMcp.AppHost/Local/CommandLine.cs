using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// The options of this program. Each sets a setting, which the environment or user secrets can set as well. All other
/// arguments go to Aspire unchanged.
/// </summary>
public static class CommandLine
{
    /// <summary>The section with the ports.</summary>
    public const string Ports = "Ports";

    /// <summary>The setting that deletes the kept data.</summary>
    public const string Fresh = "Fresh";

    /// <summary>The setting for the data folder.</summary>
    public const string Data = "Data";

    /// <summary>The setting for the folder with installed tools.</summary>
    public const string Cache = "Cache";

    /// <summary>The exit code for an invalid command line.</summary>
    public const int UsageError = 2;

    /// <summary>The setting that adds the store of shared limits.</summary>
    public const string Redis = "Redis";

    private const string Dashboard = "ASPNETCORE_URLS";

    private static readonly HostOption[] Options =
    [
        Port("--api-port", "The orders API (5080).", $"{Ports}:Api"),
        Port("--mcp-port", "The MCP server (5090).", $"{Ports}:Mcp"),
        Port("--playground-port", "The playground (5070).", $"{Ports}:Playground"),
        Port("--inspector-port", "The MCP Inspector (6274).", $"{Ports}:Inspector"),
        Port("--dashboard-port", "The Aspire dashboard (18888).", Dashboard, "http://localhost:"),
        Port("--postgres-port", "PostgreSQL (any free port).", $"{Ports}:Postgres"),
        Of<bool>("--containers", "true|false", "Run PostgreSQL and the Inspector as containers or processes (containers if an engine runs).", "Containers"),
        Of<bool>("--playground", "true|false", "Run the playground (true in Development).", "Playground"),
        Of<bool>("--redis", "true|false", "Run Redis, or Garnet as a process, in which replicas of the MCP server share their limits (false).", Redis),
        Flag("--fresh", "Delete the kept data and start over.", Fresh),
        Of<string>("--data", "DIR", "The database, its password and the MCP server's journal.", Data),
        Of<string>("--cache", "DIR", "Installed tools.", Cache),
    ];

    /// <summary>Handles <c>--help</c> and invalid command lines, which do not start the system.</summary>
    /// <returns>The exit code, or null to start the system.</returns>
    public static int? Answer(string[] arguments)
    {
        var line = Parse(arguments);
        if (line.Action is ParseErrorAction mistake)
        {
            mistake.ShowHelp = false;
            line.Invoke(new InvocationConfiguration { Output = Console.Error });
            return UsageError;
        }

        if (line.Action is not null)
        {
            return line.Invoke(); // --help
        }

        if (FirstUnknown(line.UnmatchedTokens) is not { } unknown)
        {
            return null;
        }

        Console.Error.WriteLine($"{unknown} --help lists the options.");
        return UsageError;
    }

    /// <summary>The command line with the options replaced by their settings.</summary>
    public static string[] ToSettings(string[] arguments)
    {
        var line = Parse(arguments);
        return
        [
            .. line.UnmatchedTokens,
            .. Options
                .Where(option => line.GetResult(option.Option) is { Implicit: false })
                .Select(option => $"--{option.Key}={option.ValueIn(line)}"),
        ];
    }

    /// <summary>
    /// What Aspire would ignore: words, and misspelt options of this program. All other options, with their values, may be
    /// Aspire's.
    /// </summary>
    private static string? FirstUnknown(IReadOnlyList<string> arguments)
    {
        var isOption = false;
        foreach (var argument in arguments)
        {
            var isValue = isOption;
            isOption = argument.StartsWith("--", StringComparison.Ordinal);
            if (!isOption && !isValue)
            {
                return $"Unknown argument '{argument}'.";
            }

            if (isOption && NearestName.Of(argument.Split('=')[0], Options.Select(option => option.Option.Name)) is { } meant)
            {
                return $"Unknown option {argument}. Did you mean {meant}?";
            }
        }

        return null;
    }

    private static ParseResult Parse(string[] arguments)
    {
        var root = new RootCommand(
            "Starts OrdersMcp on this machine: PostgreSQL, the orders API, the MCP server, the MCP Inspector, the playground and the Aspire dashboard. "
            + "Ctrl+C stops everything; the data is kept. Port 0 means any free port. Equivalent settings: Ports:Api, Ports:Mcp, "
            + "Ports:Playground, Ports:Inspector, Ports:Postgres, Playground, Redis, Containers, Fresh, Data, Cache (in the environment: Ports__Api and so on, "
            + "ORDERSMCP_DATA and ORDERSMCP_CACHE).")
        {
            TreatUnmatchedTokensAsErrors = false, // they are Aspire's
        };
        foreach (var option in Options)
        {
            root.Options.Add(option.Option);
        }

        // The version of this program is meaningless.
        root.Options.Remove(root.Options.Single(option => option is VersionOption));
        return root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
    }

    private static HostOption Port(string name, string description, string key, string prefix = "") => Of<int>(
        name,
        "PORT",
        description,
        key,
        value => int.TryParse(value, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65535
            ? null
            : $"{name} takes a port from 0 to 65535, not '{value}'.",
        prefix);

    /// <summary>An option with a value. If it is given several times, the last value counts.</summary>
    private static HostOption Of<T>(
        string name, string placeholder, string description, string key, Func<string, string?>? check = null, string prefix = "")
    {
        var option = new Option<T[]>(name) { Description = description, HelpName = placeholder, Arity = ArgumentArity.OneOrMore };
        option.Validators.Add(given =>
        {
            foreach (var value in given.Tokens.Select(token => token.Value))
            {
                var problem = value.Length == 0 || value.StartsWith("--", StringComparison.Ordinal)
                    ? $"{name} needs a value: {placeholder}."
                    : check?.Invoke(value);
                if (problem is not null)
                {
                    given.AddError(problem);
                }
            }
        });
        return new HostOption(option, key, line => line.GetValue(option)![^1] is var last && last is bool isSet ? Text(isSet) : $"{prefix}{last}");
    }

    private static HostOption Flag(string name, string description, string key)
    {
        var option = new Option<bool>(name) { Description = description, Arity = ArgumentArity.Zero };
        return new HostOption(option, key, line => Text(line.GetValue(option)));
    }

    private static string Text(bool isSet) => isSet ? "true" : "false";

    private sealed record HostOption(Option Option, string Key, Func<ParseResult, string> ValueIn);
}
