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

    private const string Dashboard = "ASPNETCORE_URLS";

    private static readonly Option[] Options =
    [
        new("--api-port", "PORT", "the orders API (5080)", value => ($"{Ports}:Api", value)),
        new("--mcp-port", "PORT", "the MCP server (5090)", value => ($"{Ports}:Mcp", value)),
        new("--inspector-port", "PORT", "the MCP Inspector (6274)", value => ($"{Ports}:Inspector", value)),
        new("--dashboard-port", "PORT", "the Aspire dashboard (18888)", value => (Dashboard, $"http://localhost:{value}")),
        new("--postgres-port", "PORT", "PostgreSQL (any free port)", value => ($"{Ports}:Postgres", value)),
        new("--containers", "true|false", "run PostgreSQL and the Inspector as containers or processes (containers if an engine runs)", value => ("Containers", value)),
        new("--fresh", null, "delete the kept data and start over", _ => (Fresh, "true")),
        new("--data", "DIR", "the database, its password and the MCP server's journal", value => (Data, value)),
        new("--cache", "DIR", "installed tools", value => (Cache, value)),
    ];

    /// <summary>The text of <c>--help</c>.</summary>
    private static string Help => string.Join('\n',
    [
        "Starts OrdersMcp on this machine: PostgreSQL, the orders API, the MCP server, the MCP Inspector and the Aspire",
        "dashboard. Ctrl+C stops everything; the data is kept.",
        "",
        "  dotnet run --project OrdersMcp.AppHost [-- options]",
        "",
        .. Options.Select(option => $"  {option.Usage,-28}{option.Description}"),
        "",
        "Port 0 means any free port. Equivalent settings: Ports:Api, Ports:Mcp, Ports:Inspector, Ports:Postgres,",
        "Containers, Fresh, Data, Cache (in the environment: Ports__Api and so on, ORDERSMCP_DATA and ORDERSMCP_CACHE).",
    ]);

    /// <summary>Handles <c>--help</c> and invalid command lines, which do not start the system.</summary>
    /// <returns>The exit code, or null to start the system.</returns>
    public static int? Answer(string[] arguments)
    {
        if (Array.Exists(arguments, argument => argument is "--help" or "-h" or "-?"))
        {
            Console.WriteLine(Help);
            return 0;
        }

        if (FirstProblem(arguments) is { } problem)
        {
            Console.Error.WriteLine($"error: {problem}");
            return UsageError;
        }

        return null;
    }

    /// <summary>The command line with the options replaced by their settings.</summary>
    public static string[] ToSettings(string[] arguments)
    {
        var settings = new List<string>();
        for (var index = 0; index < arguments.Length; index++)
        {
            var (name, value) = Split(arguments[index]);
            if (Array.Find(Options, option => option.Name == name) is not { } option)
            {
                settings.Add(arguments[index]);
                continue;
            }

            if (option.Placeholder is not null && value is null)
            {
                value = arguments.ElementAtOrDefault(++index);
            }

            var (key, setting) = option.Setting(value ?? "");
            settings.Add($"--{key}={setting}");
        }

        return [.. settings];
    }

    private static string? FirstProblem(string[] arguments)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            var (name, value) = Split(arguments[index]);
            if (Array.Find(Options, option => option.Name == name) is not { } option)
            {
                if (Misspelt(name) is { } meant)
                {
                    return $"Unknown option {name}. Did you mean {meant}? --help lists them all.";
                }

                continue;
            }

            if (option.Placeholder is null)
            {
                if (value is not null)
                {
                    return $"{name} takes no value.";
                }

                continue;
            }

            value ??= arguments.ElementAtOrDefault(++index);
            if (string.IsNullOrWhiteSpace(value) || value.StartsWith("--", StringComparison.Ordinal))
            {
                return $"{name} needs a value: {option.Usage}.";
            }

            if (option.Placeholder == "PORT" && !(int.TryParse(value, out var port) && port is >= 0 and <= 65535))
            {
                return $"{name} takes a port from 0 to 65535, not '{value}'.";
            }

            if (option.Placeholder == "true|false" && !bool.TryParse(value, out _))
            {
                return $"{name} takes true or false, not '{value}'.";
            }
        }

        return null;
    }

    private static (string Name, string? Value) Split(string argument) =>
        argument.IndexOf('=') is >= 0 and var equals ? (argument[..equals], argument[(equals + 1)..]) : (argument, null);

    /// <summary>The intended option, if one or two letters are wrong. Anything else may be an option of Aspire.</summary>
    private static string? Misspelt(string name) => !name.StartsWith("--", StringComparison.Ordinal) ? null : Options
        .Select(option => (option.Name, Distance: Distance(option.Name, name)))
        .Where(near => near.Distance <= 2)
        .OrderBy(near => near.Distance)
        .Select(near => near.Name)
        .FirstOrDefault();

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

    private sealed record Option(string Name, string? Placeholder, string Description, Func<string, (string Key, string Value)> Setting)
    {
        public string Usage => Placeholder is null ? Name : $"{Name} {Placeholder}";
    }
}
