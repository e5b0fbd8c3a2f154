using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrdersMcp.Tests.Hosting;

/// <summary>
/// A service in its own process, as in production, on a free loopback port. It shares no telemetry or memory, and it can be
/// killed.
/// </summary>
internal abstract class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _announcement;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<string> _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="start">The program, from <see cref="StartInfo"/>.</param>
    /// <param name="announcement">The words before its address in the output.</param>
    protected ServiceProcess(ProcessStartInfo start, string announcement)
    {
        _announcement = announcement;
        Process = new Process { StartInfo = start };
        Process.OutputDataReceived += (_, line) => Read(line.Data);
        Process.ErrorDataReceived += (_, line) => Read(line.Data);
    }

    public Process Process { get; }

    /// <summary>The output so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Kills the process at once, as the system does when memory is short.</summary>
    public Task KillAsync()
    {
        Process.Kill();
        return WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Stops the process and waits until it has sent its remaining telemetry.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Process.Id}"]);
        await WaitAsync(TestContext.Current.CancellationToken);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
            await WaitAsync(CancellationToken.None); // also after a cancelled test
        }

        Process.Dispose();
    }

    /// <summary>A program of this build with its settings.</summary>
    protected static ProcessStartInfo StartInfo(string project, IEnumerable<(string Key, string Value)> settings)
    {
        var program = BuiltProgram.Path(project);
        var start = new ProcessStartInfo("dotnet", [program])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return start;
    }

    /// <summary>Starts the process and returns the address from its output.</summary>
    protected async Task<string> StartAsync()
    {
        Process.Start();
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
        try
        {
            return await _announced.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private Task WaitAsync(CancellationToken cancellationToken) =>
        Process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);

    private void Read(string? line)
    {
        if (line is null)
        {
            _announced.TrySetException(new InvalidOperationException($"The service ended: {Output}"));
            return;
        }

        _output.Enqueue(line);
        if (line.IndexOf(_announcement, StringComparison.Ordinal) is >= 0 and var at)
        {
            _announced.TrySetResult(line[(at + _announcement.Length)..].Trim());
        }
    }
}
