using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrdersMcp.Bench.Load;

namespace OrdersMcp.Bench.Servers;

/// <summary>A process that is measured: on a free port of loopback, its output in a file.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>
    /// Nobody reads along: a reader would take CPU from what is measured. The program ends when the shell's input does, and
    /// so with this process, however that ends.
    /// </summary>
    private const string StopWithInput =
        """log=$1; shift; "$@" >"$log" 2>&1 </dev/null & server=$!; echo $server; read -r _; kill $server 2>/dev/null; wait $server""";

    private readonly Process _shell;

    private Server(string name, int port, Process shell, int pid, string log)
    {
        (Name, Port, _shell, Pid, Log) = (name, port, shell, pid, log);
    }

    public string Name { get; }

    public int Port { get; }

    public int Pid { get; }

    public string Log { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public string Target => $"127.0.0.1:{Port}";

    /// <summary>From the start of the process until it answered that it is healthy.</summary>
    public TimeSpan StartTime { get; private set; }

    public WatchedProcess Watched => new(Name, Pid);

    public long MemoryBytes => ProcessWatch.MemoryBytes(Pid);

    /// <summary>Starts a program and waits until <paramref name="healthPath"/> answers 200.</summary>
    public static async Task<Server> StartAsync(
        Workshop workshop, string name, int port, Launch launch, string healthPath, int? healthPort = null, TimeSpan? patience = null,
        CancellationToken cancellation = default)
    {
        var log = Path.Combine(workshop.Folder, $"{name}-{port}.log");
        var start = new ProcessStartInfo("/bin/sh", ["-c", StopWithInput, "sh", log, launch.FileName, .. launch.Arguments])
        {
            WorkingDirectory = launch.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (variable, value) in launch.Environment)
        {
            start.Environment[variable] = value;
        }

        var started = Stopwatch.GetTimestamp();
        var shell = Process.Start(start)!;
        var pid = int.Parse((await shell.StandardOutput.ReadLineAsync(cancellation))!, CultureInfo.InvariantCulture);
        var server = new Server(name, port, shell, pid, log);
        try
        {
            await server.UntilHealthyAsync(healthPort ?? port, healthPath, patience ?? Patience, cancellation);
            server.StartTime = Stopwatch.GetElapsedTime(started);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until a port of loopback answers 200.</summary>
    public async Task UntilHealthyAsync(int port, string path, TimeSpan patience, CancellationToken cancellation)
    {
        var waited = Stopwatch.GetTimestamp();
        while (!await IsHealthyAsync($"http://127.0.0.1:{port}{path}", cancellation))
        {
            if (HasEnded(Pid) || Stopwatch.GetElapsedTime(waited) > patience)
            {
                throw new InvalidOperationException($"{Name} does not start: {await TailAsync(Log)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellation);
        }
    }

    /// <summary>Asks it to stop, and kills it where it has not stopped in time.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        _shell.StandardInput.Close();
        try
        {
            await _shell.WaitForExitAsync().WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            _shell.Kill(entireProcessTree: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_shell.HasExited)
        {
            await StopAsync(Grace);
        }

        _shell.Dispose();
    }

    /// <summary>Whether the program ended; the shell has not asked for its exit code yet (proc_pid_stat(5): Z).</summary>
    private static bool HasEnded(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] == 'Z';
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task<bool> IsHealthyAsync(string address, CancellationToken cancellation)
    {
        try
        {
            using var response = await Http.GetAsync(address, cancellation);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false; // it is not done with the first request
        }
    }

    private static async Task<string> TailAsync(string log) =>
        File.Exists(log) ? string.Join('\n', (await File.ReadAllLinesAsync(log)).TakeLast(20)) : "it wrote nothing";
}
