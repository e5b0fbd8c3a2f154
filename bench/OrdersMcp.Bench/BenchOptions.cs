using System.Globalization;

namespace OrdersMcp.Bench;

/// <summary>What the command line says.</summary>
internal sealed record BenchOptions
{
    public const string HelpText =
        """
        Measures the orders API and the MCP server beside their peers, on this machine, and writes a report.

          dotnet run -c Release --project bench/OrdersMcp.Bench [-- options]

          --quick        a short run, for trying the benchmark: its figures mean little
          --only NAME    only this scenario or contestant; may be given several times
          --orders N     how many orders the database has (1,000,000; quick 20,000)
          --output DIR   where the report goes (bench/results; quick: artifacts/bench)
          --list         the names of scenarios and contestants
          --help         this text
        """;

    public bool Quick { get; private init; }

    public bool Help { get; private init; }

    public bool List { get; private init; }

    public IReadOnlyList<string> Only { get; private init; } = [];

    private int? OrdersAsked { get; init; }

    private string? OutputAsked { get; init; }

    public int Orders => OrdersAsked ?? (Quick ? 20_000 : 1_000_000);

    public string Output => Path.GetFullPath(OutputAsked ?? (Quick ? "artifacts/bench" : "bench/results"), Repository.Root);

    /// <summary>How often each contestant has its turn.</summary>
    public int Rounds => Quick ? 2 : 5;

    /// <summary>How long a turn is counted.</summary>
    public double Seconds => Quick ? 1 : 4;

    /// <summary>How long a turn goes before it is counted.</summary>
    public double WarmUpSeconds => Quick ? 0.3 : 1;

    /// <summary>
    /// How long each contestant is asked before the first turn. The runtime compiles code anew several times as it gets hot,
    /// beside the load on two cores: a service of .NET is as fast as it gets after nearly half a minute of it.
    /// </summary>
    public double FirstWarmUpSeconds => Quick ? 1.5 : 25;

    /// <summary>How often something is started to see how long that takes.</summary>
    public int Starts => Quick ? 2 : 7;

    /// <summary>How long processes are left alone before their memory at rest is read.</summary>
    public TimeSpan Rest => TimeSpan.FromSeconds(Quick ? 2 : 20);

    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--quick" => options with { Quick = true },
                "--help" or "-h" => options with { Help = true },
                "--list" => options with { List = true },
                "--only" => options with { Only = [.. options.Only, Value(ref i)] },
                "--orders" => options with { OrdersAsked = Number(Value(ref i)) },
                "--output" => options with { OutputAsked = Value(ref i) },
                _ => throw new OptionException($"Unknown option {arguments[i]}. --help lists them all."),
            };
        }

        return options;

        string Value(ref int i) => i + 1 < arguments.Count ? arguments[++i] : throw new OptionException($"{arguments[i]} needs a value.");
    }

    private static int Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number is >= 1_000 and <= 10_000_000
        ? number
        : throw new OptionException($"--orders takes a number from 1,000 to 10,000,000, not '{text}'.");
}
