using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.Hosting;

/// <summary>
/// The MCP server as the process that it is in production, on a free loopback port: alone with its telemetry, its
/// memory and its journal, and mortal.
/// </summary>
internal sealed class McpProcess : IAsyncDisposable
{
    private const string Announcement = "MCP endpoint: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string? _ownAudit;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _endpoint = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private McpProcess(ProcessStartInfo start, string? ownAudit)
    {
        _ownAudit = ownAudit;
        Process = new Process { StartInfo = start };
        Process.OutputDataReceived += (_, line) => Read(line.Data);
        Process.ErrorDataReceived += (_, line) => Read(line.Data);
    }

    /// <summary>As the server itself said it in its log.</summary>
    public Uri Endpoint { get; private set; } = null!;

    public Process Process { get; }

    /// <summary>What it has written so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts it with a journal of its own.</summary>
    public static Task<McpProcess> StartAsync(string apiAddress, params (string Key, string Value)[] settings)
    {
        var audit = NewAuditDirectory();
        return StartAsync(apiAddress, audit, audit, settings);
    }

    /// <summary>Starts it with the journal in a folder of the test's, where another process goes on with it.</summary>
    public static Task<McpProcess> StartAsync(
        string apiAddress, string auditDirectory, params (string Key, string Value)[] settings) =>
        StartAsync(apiAddress, auditDirectory, ownAudit: null, settings);

    /// <summary>Runs it until it ends by itself.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] arguments, params (string Key, string Value)[] settings)
    {
        var audit = NewAuditDirectory();
        var start = StartInfo("http://127.0.0.1:1", audit, settings);
        start.RedirectStandardInput = true;
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken)
                .WaitAsync(Patience, TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill();
            Delete(audit);
        }
    }

    public Task<JsonObject> CallAsync(
        string tool, JsonObject arguments, IEnumerable<(string Name, string Value)>? headers = null, JsonObject? meta = null) =>
        Messages.CallAsync(Endpoint, tool, arguments, headers, meta);

    /// <summary>Ends it as the system does when memory is short: at once, with nothing more to say.</summary>
    public Task KillAsync()
    {
        Process.Kill();
        return WaitAsync();
    }

    /// <summary>Asks it to end, and waits until it has: it sends what it has left.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Process.Id}"]);
        await WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            await KillAsync();
        }

        Process.Dispose();
        if (_ownAudit is not null)
        {
            Delete(_ownAudit);
        }
    }

    private static async Task<McpProcess> StartAsync(
        string apiAddress, string auditDirectory, string? ownAudit, (string Key, string Value)[] settings)
    {
        var server = new McpProcess(StartInfo(apiAddress, auditDirectory, settings), ownAudit);
        server.Process.Start();
        server.Process.BeginOutputReadLine();
        server.Process.BeginErrorReadLine();
        try
        {
            server.Endpoint = await server._endpoint.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    private static ProcessStartInfo StartInfo(
        string apiAddress, string auditDirectory, (string Key, string Value)[] settings)
    {
        var program = BuiltProgram.Path("OrdersMcp.McpServer");
        var start = new ProcessStartInfo("dotnet", [program])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["services__api__http__0"] = apiAddress,
                ["Audit__Directory"] = auditDirectory,
            },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return start;
    }

    private static string NewAuditDirectory() =>
        Path.Combine(Path.GetTempPath(), $"ordersmcp-test-audit-{Guid.NewGuid():N}");

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task WaitAsync() => Process.WaitForExitAsync(TestContext.Current.CancellationToken)
        .WaitAsync(Patience, TestContext.Current.CancellationToken);

    private void Read(string? line)
    {
        if (line is null)
        {
            _endpoint.TrySetException(new InvalidOperationException($"The server ended: {Output}"));
            return;
        }

        _output.Enqueue(line);
        if (line.IndexOf(Announcement, StringComparison.Ordinal) is >= 0 and var at)
        {
            _endpoint.TrySetResult(new Uri(line[(at + Announcement.Length)..].Trim()));
        }
    }
}
