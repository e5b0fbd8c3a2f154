namespace OrdersMcp.AppHost.Embedded;

/// <summary>A command line that cannot be followed; the message names the option and what to do.</summary>
public sealed class OptionException(string message) : Exception(message);

/// <summary>What the command line says. Ports are TCP ports on loopback; 0 takes any free one.</summary>
public sealed record StackOptions
{
    public int DashboardPort { get; init; } = 18888;
    public int ApiPort { get; init; } = 5080;
    public int McpPort { get; init; } = 5090;
    public int InspectorPort { get; init; } = 6274;
    public int PostgresPort { get; init; }
    public bool Dashboard { get; init; } = true;
    public bool Inspector { get; init; } = true;
    public bool Fresh { get; init; }
    public bool Help { get; init; }
    public string DataDirectory { get; init; } = UserFolders.Data;
    public string CacheDirectory { get; init; } = UserFolders.Cache;

    private static readonly Option[] Options =
    [
        Port("--dashboard-port", "the Aspire dashboard (18888)", (o, port) => o with { DashboardPort = port }),
        Port("--api-port", "the orders API (5080)", (o, port) => o with { ApiPort = port }),
        Port("--mcp-port", "the MCP server (5090)", (o, port) => o with { McpPort = port }),
        Port("--inspector-port", "the MCP Inspector (6274)", (o, port) => o with { InspectorPort = port }),
        Port("--postgres-port", "PostgreSQL (any free port)", (o, port) => o with { PostgresPort = port }),
        Flag("--no-dashboard", "run without the Aspire dashboard", o => o with { Dashboard = false }),
        Flag("--no-inspector", "run without the MCP Inspector", o => o with { Inspector = false }),
        Flag("--fresh", "throw the kept database away and start over", o => o with { Fresh = true }),
        Folder("--data", $"the database and its password ({UserFolders.Data})",
            (o, folder) => o with { DataDirectory = folder }),
        Folder("--cache", $"installed tools ({UserFolders.Cache})",
            (o, folder) => o with { CacheDirectory = folder }),
        Flag("--help", "this text", o => o with { Help = true }),
    ];

    /// <summary>The text of <c>--help</c>.</summary>
    public static string HelpText { get; } = string.Join('\n',
    [
        "Runs the whole OrdersMcp stack on this machine: PostgreSQL, the orders API, the MCP server, the Aspire",
        "dashboard and the MCP Inspector, as processes on loopback. Ctrl+C stops everything.",
        "",
        "  dotnet run --project OrdersMcp.AppHost [-- options]",
        "",
        .. Options.Select(option => $"  {option.Usage,-24}{option.Description}"),
        "",
        "A port of 0 takes any free one. ORDERSMCP_DATA and ORDERSMCP_CACHE set the folders too.",
    ]);

    /// <summary>Reads the command line. Both <c>--option value</c> and <c>--option=value</c> are understood.</summary>
    /// <exception cref="OptionException">An unknown option, or a missing or impossible value.</exception>
    public static StackOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new StackOptions();
        for (var index = 0; index < arguments.Count; index++)
        {
            var (name, value) = Split(arguments[index]);
            var option = Array.Find(Options, candidate => candidate.Name == name) ?? throw Unknown(name);
            if (option.Placeholder is null)
            {
                if (value is not null)
                {
                    throw new OptionException($"{name} takes no value.");
                }
            }
            else
            {
                value ??= index + 1 < arguments.Count ? arguments[++index] : null;
                if (string.IsNullOrWhiteSpace(value) || value.StartsWith("--", StringComparison.Ordinal))
                {
                    throw new OptionException($"{name} needs a value: {option.Usage}.");
                }
            }

            options = option.Apply(options, value ?? "");
        }

        return options;
    }

    private static (string Name, string? Value) Split(string argument)
    {
        if (argument is "-h" or "-?")
        {
            return ("--help", null);
        }

        var equals = argument.IndexOf('=');
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }

    private static OptionException Unknown(string name)
    {
        var nearest = Options.MinBy(option => Distance(option.Name, name))!.Name;
        return Distance(nearest, name) <= Math.Max(2, name.Length / 2)
            ? new OptionException($"Unknown option {name}. Did you mean {nearest}? --help lists them all.")
            : new OptionException($"Unknown option {name}. --help lists them all.");
    }

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    private static Option Port(string name, string description, Func<StackOptions, int, StackOptions> apply) =>
        new(name, "PORT", description, (options, value) =>
            int.TryParse(value, out var port) && port is >= 0 and <= 65535
                ? apply(options, port)
                : throw new OptionException($"{name} takes a port from 0 to 65535, not '{value}'."));

    private static Option Folder(string name, string description, Func<StackOptions, string, StackOptions> apply) =>
        new(name, "DIR", description, (options, value) => apply(options, Path.GetFullPath(value)));

    private static Option Flag(string name, string description, Func<StackOptions, StackOptions> apply) =>
        new(name, null, description, (options, _) => apply(options));

    private sealed record Option(
        string Name, string? Placeholder, string Description, Func<StackOptions, string, StackOptions> Apply)
    {
        public string Usage => Placeholder is null ? Name : $"{Name} {Placeholder}";
    }
}
