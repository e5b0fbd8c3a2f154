using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.Hosting;

/// <summary>The MCP server as a process, with its journal.</summary>
internal sealed class McpProcess : ServiceProcess
{
    private static readonly TimeSpan RunPatience = TimeSpan.FromSeconds(120);

    private readonly string? _ownAudit;

    private McpProcess(ProcessStartInfo start, string? ownAudit)
        : base(start, "MCP endpoint: ") => _ownAudit = ownAudit;

    /// <summary>The address from the server's log.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Starts the server with its own journal.</summary>
    public static Task<McpProcess> StartAsync(string apiAddress, params (string Key, string Value)[] settings)
    {
        var audit = NewAuditDirectory();
        return StartAsync(apiAddress, audit, audit, settings);
    }

    /// <summary>Starts the server with its journal in a folder of the test, where another process can continue it.</summary>
    public static Task<McpProcess> StartAsync(
        string apiAddress, string auditDirectory, params (string Key, string Value)[] settings) =>
        StartAsync(apiAddress, auditDirectory, ownAudit: null, settings);

    /// <summary>Runs the server until it ends by itself.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] arguments, params (string Key, string Value)[] settings)
    {
        var audit = NewAuditDirectory();
        var start = StartInfo("http://127.0.0.1:1", audit, settings);
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            return await ProgramRun.RunAsync(start, RunPatience, input: "");
        }
        finally
        {
            Delete(audit);
        }
    }

    public Task<JsonObject> CallAsync(
        string tool, JsonObject arguments, IEnumerable<(string Name, string Value)>? headers = null, JsonObject? meta = null) =>
        Messages.CallAsync(Endpoint, tool, arguments, headers, meta);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_ownAudit is not null)
        {
            Delete(_ownAudit);
        }
    }

    private static async Task<McpProcess> StartAsync(
        string apiAddress, string auditDirectory, string? ownAudit, (string Key, string Value)[] settings)
    {
        var server = new McpProcess(StartInfo(apiAddress, auditDirectory, settings), ownAudit);
        server.Endpoint = new Uri(await server.StartAsync());
        return server;
    }

    private static ProcessStartInfo StartInfo(
        string apiAddress, string auditDirectory, (string Key, string Value)[] settings) => StartInfo("OrdersMcp.McpServer",
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
            ("services:api:http:0", apiAddress), ("Audit:Directory", auditDirectory), .. settings,
        ]);

    private static string NewAuditDirectory() =>
        Path.Combine(Path.GetTempPath(), $"ordersmcp-test-audit-{Guid.NewGuid():N}");

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
