using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.Bench.Load;

namespace OrdersMcp.Bench.Servers;

/// <summary>A process that is measured: on a free port of loopback, its output in a file.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    private readonly ChildProcess _process;

    private Server(string name, int port, ChildProcess process, string log)
    {
        (Name, Port, _process, Log) = (name, port, process, log);
    }

    public string Name { get; }

    public int Port { get; }

    public int Pid => _process.Id;

    public string Log { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public string Target => $"127.0.0.1:{Port}";

    /// <summary>From the start of the process until it answered that it is healthy.</summary>
    public TimeSpan StartTime { get; private init; }

    public WatchedProcess Watched => new(Name, Pid);

    public long MemoryBytes => ProcessWatch.MemoryBytes(Pid);

    /// <summary>Starts a program and waits until <paramref name="healthPath"/> answers 200.</summary>
    public static async Task<Server> StartAsync(
        Workshop workshop, string name, int port, Launch launch, string healthPath, int? healthPort = null, CancellationToken cancellation = default)
    {
        var log = Path.Combine(workshop.Folder, $"{name}-{port}.log");
        // Nobody reads along: a reader would take CPU from what is measured. exec keeps the process's number.
        var logged = launch with
        {
            FileName = "/bin/sh",
            Arguments = ["-c", """log=$1; shift; exec "$@" >"$log" 2>&1""", "sh", log, launch.FileName, .. launch.Arguments],
        };
        var started = Stopwatch.GetTimestamp();
        var process = await ChildProcess.StartAsync(logged, workshop.Guardian, _ => { });
        try
        {
            var health = $"http://127.0.0.1:{healthPort ?? port}{healthPath}";
            while (!await IsHealthyAsync(health, cancellation))
            {
                if (process.Exited.IsCompleted || Stopwatch.GetElapsedTime(started) > Patience)
                {
                    throw new InvalidOperationException($"{name} does not start: {await TailAsync(log)}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(5), cancellation);
            }

            return new Server(name, port, process, log) { StartTime = Stopwatch.GetElapsedTime(started) };
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(Grace);
        await _process.DisposeAsync();
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
