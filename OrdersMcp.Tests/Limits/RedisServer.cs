using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrdersMcp.AppHost.Local;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Limits;

/// <summary>
/// A real server with the protocol of Redis on a free loopback port: Garnet, or the program in <c>ORDERSMCP_REDIS_SERVER</c>.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    // The server ends when this shell's input ends, and so with the test run, even if the run is killed.
    private const string StopWithInput =
        """log=/dev/null; "$@" >$log 2>&1 & server=$!; echo $server; read -r _; kill -KILL $server; wait $server""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly int _port = FreePort.Take();
    private Process? _shell;
    private string _pid = "";

    private RedisServer()
    {
    }

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        await server.ReviveAsync();
        return server;
    }

    /// <summary>Starts it again on the same port, empty.</summary>
    public async Task ReviveAsync()
    {
        var port = _port.ToString(CultureInfo.InvariantCulture);
        string[] command = Environment.GetEnvironmentVariable("ORDERSMCP_REDIS_SERVER") is { Length: > 0 } program
            ? [program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
            : [GarnetProgram.DotNet, await InstalledTools.GarnetAsync(), .. GarnetProgram.Arguments, "--port", port];
        var start = new ProcessStartInfo("/bin/sh", ["-c", StopWithInput, "sh", .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["DOTNET_gcServer"] = "0";
        _shell = Process.Start(start)!;
        _pid = (await _shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
        await Until.TrueAsync(ListensAsync, Patience, () => $"{command[0]} does not listen.");
    }

    public async Task KillAsync()
    {
        if (_shell is not null)
        {
            _shell.StandardInput.Close();
            await _shell.WaitForExitAsync().WaitAsync(Patience);
            _shell.Dispose();
            _shell = null;
        }
    }

    /// <summary>Keeps it from answering, with its connections open.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task SignalAsync(string signal) =>
        Assert.Equal(0, (await ProgramRun.RunAsync(new ProcessStartInfo("kill", [signal, _pid]), Patience)).ExitCode);

    private async Task<bool> ListensAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
