using Microsoft.Extensions.Options;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>
/// Limits of callers; the configuration section <c>Mcp:Limits</c>. Each replica counts separately, so N replicas allow up
/// to N times as much, unless the host gives them shared <see cref="ICallRates"/>.
/// </summary>
internal sealed class LimitOptions
{
    public const string Section = "Mcp:Limits";

    /// <summary>Per caller: tools that read, and all requests that are not tool calls.</summary>
    public Rate Read { get; set; } = new() { Burst = 200, PerSecond = 50 };

    /// <summary>Per caller: tools that change something.</summary>
    public Rate Write { get; set; } = new() { Burst = 60, PerSecond = 10 };

    /// <summary>Per caller: the <see cref="ExpensiveTools"/>.</summary>
    public Rate Expensive { get; set; } = new() { Burst = 10, PerSecond = 1 };

    /// <summary>Names of expensive tools.</summary>
    public List<string> ExpensiveTools { get; set; } = [];

    /// <summary>The maximum number of concurrent calls per caller. 50 unless set.</summary>
    public int ConcurrentPerCaller { get; set; } = 50;

    /// <summary>
    /// The maximum number of concurrent calls per tool, for all callers together: a slow operation can hold at most this
    /// share of the server and of its connections to an API. 250 unless set.
    /// </summary>
    public int ConcurrentPerTool { get; set; } = 250;

    /// <summary>The maximum number of open streams for changes per caller. 20 unless set.</summary>
    public int StreamsPerCaller { get; set; } = 20;

    /// <summary>The maximum number of concurrent requests, for all callers together. 1000 unless set.</summary>
    public int Concurrent { get; set; } = 1000;

    /// <summary>The maximum number of open streams, for all callers together. 5000 unless set.</summary>
    public int Streams { get; set; } = 5000;

    /// <summary>The share of the available memory above which new requests are refused. 0.92 unless set; 1 for never.</summary>
    public double MemoryLoad { get; set; } = 0.92;

    /// <summary>The rate of a class of calls, and its name.</summary>
    public (string Name, Rate Rate) Of(CallClass kind) => kind switch
    {
        CallClass.Expensive => ("expensive", Expensive),
        CallClass.Write => ("write", Write),
        _ => ("read", Read),
    };
}

/// <summary>A token bucket.</summary>
internal sealed class Rate
{
    /// <summary>The number of requests that can come at once after a pause.</summary>
    public int Burst { get; set; }

    /// <summary>The number of requests per second in the long run.</summary>
    public int PerSecond { get; set; }
}

/// <summary>Checks the limits at start; each problem names its setting.</summary>
internal sealed class LimitOptionsValidator : IValidateOptions<LimitOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        var problems = new (string Setting, double Value)[]
        {
            ("Read:Burst", options.Read.Burst), ("Read:PerSecond", options.Read.PerSecond),
            ("Write:Burst", options.Write.Burst), ("Write:PerSecond", options.Write.PerSecond),
            ("Expensive:Burst", options.Expensive.Burst), ("Expensive:PerSecond", options.Expensive.PerSecond),
            ("ConcurrentPerCaller", options.ConcurrentPerCaller), ("ConcurrentPerTool", options.ConcurrentPerTool),
            ("StreamsPerCaller", options.StreamsPerCaller), ("Concurrent", options.Concurrent), ("Streams", options.Streams),
        }.Where(each => each.Value < 1).Select(each => $"{LimitOptions.Section}:{each.Setting} must be at least 1.").ToList();
        if (options.MemoryLoad is not (> 0 and <= 1))
        {
            problems.Add($"{LimitOptions.Section}:MemoryLoad must be more than 0 and at most 1.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
