using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using OrdersMcp.AppHost.Embedded;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>
/// The stack as a user starts it: the AppHost as a process of its own, on free ports, its data in a temporary folder.
/// </summary>
public sealed class EmbeddedStack : IRunningStack
{
    /// <summary>The first start on a machine downloads some 200 MB.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly bool _ownsData;
    private readonly ConcurrentQueue<string> _output = new();

    private EmbeddedStack(string data, bool ownsData, string[] options)
    {
        (Data, _ownsData) = (data, ownsData);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [
                BuiltProgram.Path("OrdersMcp.AppHost"), "--data", data, "--dashboard-port", "0", "--api-port", "0", "--mcp-port", "0", "--inspector-port", "0", .. options,
            ])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
    }

    public string Data { get; }

    public StackManifest Manifest { get; private set; } = null!;

    public string Output => string.Join('\n', _output);

    public int ExitCode => _process.ExitCode;

    /// <summary>A folder that is not there yet, for a stack or two.</summary>
    public static string NewDataFolder() => Path.Combine(Path.GetTempPath(), $"ordersmcp-test-{Guid.NewGuid():N}");

    /// <summary>Starts a stack and waits until everything of it is up.</summary>
    public static async Task<EmbeddedStack> StartAsync(string? data, params string[] options)
    {
        var stack = Launch(data, options);
        try
        {
            await stack.WaitUntilUpAsync();
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a stack of which nothing is expected yet.</summary>
    public static EmbeddedStack Launch(string? data, string[] options, params (string Name, string Value)[] environment)
    {
        var stack = new EmbeddedStack(data ?? NewDataFolder(), ownsData: data is null, options);
        foreach (var (name, value) in environment)
        {
            stack._process.StartInfo.Environment[name] = value;
        }

        stack._process.Start();
        stack._process.BeginOutputReadLine();
        stack._process.BeginErrorReadLine();
        return stack;
    }

    public async Task WaitUntilUpAsync()
    {
        var manifest = Path.Combine(Data, "stack.json");
        var waited = Stopwatch.StartNew();
        while (!File.Exists(manifest))
        {
            if (_process.HasExited || waited.Elapsed > StartPatience)
            {
                throw new InvalidOperationException($"The stack did not come up:\n{Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        ReadManifest();
    }

    public void ReadManifest() => Manifest = StackManifest.FromJson(File.ReadAllText(Path.Combine(Data, "stack.json")));

    /// <summary>Sends the host a signal and waits for its end.</summary>
    public async Task<TimeSpan> SignalAsync(PosixSignal signal)
    {
        var waited = Stopwatch.StartNew();
        Signals.Send(_process.Id, signal);
        await WaitForExitAsync();
        return waited.Elapsed;
    }

    public async Task WaitForExitAsync() =>
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(StopPatience);

    public void Kill() => _process.Kill();

    /// <summary>The processes of the stack that still run.</summary>
    public IReadOnlyList<int> Survivors() => new[]
    {
        Manifest.Postgres.Pid, Manifest.Api.Pid, Manifest.Mcp.Pid, Manifest.Dashboard?.Pid, Manifest.Inspector?.Pid,
    }.OfType<int>().Where(Signals.IsAlive).ToArray();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync(PosixSignal.SIGTERM);
        }

        _process.Dispose();
        if (_ownsData && Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }
    }
}
