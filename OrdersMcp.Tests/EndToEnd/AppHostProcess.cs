using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The README's command, as a process that signals reach; for tests of how the system starts and ends.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    /// <summary>A variable of the environment, which every process of the system inherits.</summary>
    private const string Mark = "ORDERSMCP_TEST_STACK";

    private readonly Process _run;
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly ConcurrentQueue<string> _output = new();

    private AppHostProcess(string data, string[] options, string profile)
    {
        // artifacts/bin/OrdersMcp.Tests/debug/ of the checkout
        var checkout = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.FullName;
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        _run = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [
                "run", "--no-build", "--configuration", configuration, "--project", Path.Combine(checkout, "OrdersMcp.AppHost"),
                "--launch-profile", profile, "--",
                "--data", data, .. options,
            ])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { [Mark] = _mark },
            },
        };
        _run.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _run.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
    }

    /// <summary>Options for ports that are free.</summary>
    public static string[] FreePorts => ["--api-port", "0", "--mcp-port", "0", "--inspector-port", "0", "--playground-port", "0", "--dashboard-port", "0"];

    /// <summary>What it has written so far.</summary>
    public string Output => string.Join('\n', _output);

    public int ExitCode => _run.ExitCode;

    /// <summary>The address of the API, as the summary says it.</summary>
    public string Api => Said("API").Replace("/orders/1", "", StringComparison.Ordinal);

    /// <summary>The MCP endpoint, as the summary says it.</summary>
    public Uri Endpoint => new(Said("MCP endpoint"));

    /// <summary>Starts it, with nothing expected yet.</summary>
    public static AppHostProcess Launch(string data, params string[] options) => Launched(new(data, options, "http"));

    /// <summary>Starts it with the launch profile for HTTPS, as a user who has no developer certificate.</summary>
    /// <param name="home">An empty folder, the user's home.</param>
    /// <param name="data">The data folder.</param>
    public static AppHostProcess LaunchForHttps(string home, string data)
    {
        var process = new AppHostProcess(data, [], "https");
        // The packages, which are not of interest here, stay where they are.
        process._run.StartInfo.Environment.TryAdd(
            "NUGET_PACKAGES", Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"));
        process._run.StartInfo.Environment["HOME"] = Directory.CreateDirectory(home).FullName;
        process._run.StartInfo.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        return Launched(process);
    }

    private static AppHostProcess Launched(AppHostProcess process)
    {
        process._run.Start();
        process._run.BeginOutputReadLine();
        process._run.BeginErrorReadLine();
        return process;
    }

    /// <summary>Starts it and waits until everything is up.</summary>
    public static async Task<AppHostProcess> StartAsync(string data, params string[] options)
    {
        var process = Launch(data, options);
        await process.UntilSaysAsync("Everything is up");
        return process;
    }

    /// <summary>Waits until it has written this text.</summary>
    public Task UntilSaysAsync(string text) => Until.TrueAsync(
        () => Output.Contains(text, StringComparison.Ordinal) || _run.HasExited,
        () => $"It does not say '{text}':\n{Output}",
        StartPatience);

    /// <summary>Sends a signal to the process that the user sees, <c>dotnet run</c>, and to the AppHost below it as a terminal does.</summary>
    public async Task<TimeSpan> SignalAsync(PosixSignal signal)
    {
        var waited = Stopwatch.StartNew();
        Signals.Send(AppHost(), signal);
        await WaitForExitAsync();
        return waited.Elapsed;
    }

    public Task WaitForExitAsync() => _run.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(StopPatience);

    /// <summary>Kills <c>dotnet run</c> alone.</summary>
    public void KillRun() => _run.Kill();

    /// <summary>Kills the AppHost alone.</summary>
    public void KillAppHost() => Signals.Kill(AppHost());

    /// <summary>The processes of the system that still run: process id and command line.</summary>
    public IReadOnlyDictionary<int, string> Survivors() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0 && Read(pid, "environ").Contains($"{Mark}={_mark}", StringComparison.Ordinal) && Signals.IsAlive(pid))
        .ToDictionary(pid => pid, pid => Read(pid, "cmdline").Replace('\0', ' '));

    public async ValueTask DisposeAsync()
    {
        if (!_run.HasExited)
        {
            await SignalAsync(PosixSignal.SIGTERM);
        }

        foreach (var pid in Survivors().Keys)
        {
            Signals.Kill(pid); // a test that failed leaves nothing either
        }

        _run.Dispose();
    }

    private string Said(string name) => _output.Select(line => line.Trim()).First(line => line.StartsWith($"{name} ", StringComparison.Ordinal))[name.Length..].Trim();

    /// <summary>The database's password, as the API is told it.</summary>
    public string DatabasePassword()
    {
        const string Variable = "ConnectionStrings__ordersdb=";
        var api = Survivors().Single(process => Path.GetFileName(process.Value.Split(' ')[0]) == "OrdersMcp.Api").Key;
        var setting = Read(api, "environ").Split('\0').Single(entry => entry.StartsWith(Variable, StringComparison.Ordinal));
        return new NpgsqlConnectionStringBuilder(setting[Variable.Length..]).Password!;
    }

    private int AppHost() => Survivors().Single(process =>
        Path.GetFileName(process.Value.Split(' ')[0]) == "OrdersMcp.AppHost").Key;

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended meanwhile
        }
    }
}
