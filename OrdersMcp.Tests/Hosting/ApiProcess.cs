using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrdersMcp.Tests.Hosting;

/// <summary>The orders API as the process that it is in production, on a free loopback port.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    private const string Announcement = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ApiProcess(ProcessStartInfo start)
    {
        Process = new Process { StartInfo = start };
        Process.OutputDataReceived += (_, line) => Read(line.Data);
        Process.ErrorDataReceived += (_, line) => Read(line.Data);
    }

    public Process Process { get; }

    public string Address { get; private set; } = "";

    /// <summary>What it has written so far.</summary>
    public string Output => string.Join('\n', _output);

    public static async Task<ApiProcess> StartAsync(string connectionString, params (string Key, string Value)[] settings)
    {
        var program = BuiltProgram.Path("OrdersMcp.Api");
        var start = new ProcessStartInfo("dotnet", [program])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["ConnectionStrings__ordersdb"] = connectionString,
            },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var api = new ApiProcess(start);
        api.Process.Start();
        api.Process.BeginOutputReadLine();
        api.Process.BeginErrorReadLine();
        try
        {
            api.Address = await api._address.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }

        return api;
    }

    /// <summary>Asks it to end, and waits until it has: it sends what it has left.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Process.Id}"]);
        await Process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
            await Process.WaitForExitAsync().WaitAsync(Patience);
        }

        Process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            _address.TrySetException(new InvalidOperationException($"The API ended: {Output}"));
            return;
        }

        _output.Enqueue(line);
        if (line.IndexOf(Announcement, StringComparison.Ordinal) is >= 0 and var at)
        {
            _address.TrySetResult(line[(at + Announcement.Length)..].Trim());
        }
    }
}
