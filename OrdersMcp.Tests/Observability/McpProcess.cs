using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Observability;

/// <summary>The MCP server as a process of its own, as it runs in production: alone with its telemetry, and mortal.</summary>
internal sealed class McpProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private McpProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
    }

    public Uri Endpoint { get; private set; } = null!;

    public string Output => string.Join('\n', _output);

    public static async Task<McpProcess> StartAsync(string apiAddress, string auditDirectory, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.McpServer")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(BuiltProgram.Path("OrdersMcp.McpServer")),
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["services__api__http__0"] = apiAddress,
                ["Audit__Directory"] = auditDirectory,
            },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var server = new McpProcess(start);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        server.Endpoint = new Uri(await server._address.Task.WaitAsync(Patience, TestContext.Current.CancellationToken) + "/mcp");
        return server;
    }

    public Task<JsonObject> CallAsync(
        string tool, JsonObject arguments, IEnumerable<(string Name, string Value)>? headers = null, JsonObject? meta = null) =>
        Messages.CallAsync(Endpoint, tool, arguments, headers, meta);

    /// <summary>Ends it as the system does when memory is short: at once, with nothing more to say.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks it to end, and waits until it has: it sends what it has left.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            _address.TrySetException(new InvalidOperationException($"The server ended: {Output}"));
            return;
        }

        _output.Enqueue(line);
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var start)
        {
            _address.TrySetResult(line[(start + Listening.Length)..].Trim());
        }
    }
}
