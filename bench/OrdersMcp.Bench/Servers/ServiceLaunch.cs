using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Bench.Servers;

/// <summary>How the services of this solution are started to be measured: in Production, as they are deployed.</summary>
internal static class ServiceLaunch
{
    /// <summary>The orders API.</summary>
    public static Launch Api(int port, string connectionString, int? otlpPort, string? probe = null) =>
        Service("OrdersMcp.Api", port, otlpPort, probe, ("ConnectionStrings__ordersdb", connectionString));

    /// <summary>The orders API with its own tools in its process.</summary>
    public static Launch ApiWithTools(int port, string connectionString, int? otlpPort) => Service(
        "OrdersMcp.Api", port, otlpPort, probe: null, [("ConnectionStrings__ordersdb", connectionString), ("Mcp__Mounted", "true"), .. Unlimited]);

    /// <summary>The MCP server before the API at <paramref name="api"/>.</summary>
    public static Launch Mcp(int port, string api, int? otlpPort, string? probe = null, params (string Name, string Value)[] settings) =>
        Service("OrdersMcp.McpServer", port, otlpPort, probe, [("services__api__http__0", api), .. Unlimited, .. settings]);

    /// <summary>Limits that are counted, as always, and never reached: one caller makes all of the load.</summary>
    private static (string Name, string Value)[] Unlimited =>
    [
        ("Mcp__Limits__Read__Burst", "1000000"), ("Mcp__Limits__Read__PerSecond", "1000000"),
        ("Mcp__Limits__Write__Burst", "1000000"), ("Mcp__Limits__Write__PerSecond", "1000000"),
        ("Mcp__Limits__ConcurrentPerCaller", "1000"),
    ];

    /// <summary>A server of this folder.</summary>
    public static Launch Own(string project, string[] arguments, params (string Name, string Value)[] environment) => new(
        Launch.DotNet, [BuiltProgram.Path(project), .. arguments])
    {
        WorkingDirectory = Path.GetDirectoryName(BuiltProgram.Path(project))!,
        Environment = environment.ToDictionary(each => each.Name, each => (string?)each.Value, StringComparer.Ordinal),
    };

    /// <summary>Lets a process of .NET answer on a Unix socket what it has allocated.</summary>
    public static (string Name, string Value)[] Probe(string? socket) => socket is null
        ? []
        : [("DOTNET_STARTUP_HOOKS", BuiltProgram.Path("OrdersMcp.Bench.Probe")), ("ORDERSMCP_BENCH_PROBE", socket)];

    private static Launch Service(string project, int port, int? otlpPort, string? probe, params (string Name, string Value)[] settings)
    {
        (string Name, string Value)[] telemetry = otlpPort is null
            ? []
            : [("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://localhost:{otlpPort}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")];
        return Own(project, [], [
            ("ASPNETCORE_ENVIRONMENT", "Production"),
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"),
            // Who calls is not what is measured. Outside Development a service wants this said by name.
            ("Authentication__AllowAnonymous", "true"),
            .. telemetry, .. Probe(probe), .. settings,
        ]);
    }
}
