// .NET loads this into a process whose DOTNET_STARTUP_HOOKS names it, before Main: so a benchmark can ask a service for
// what only the service's own runtime knows, and the service itself has nothing of it.
// https://github.com/dotnet/runtime/blob/main/docs/design/features/host-startup-hook.md
using System.Globalization;
using System.Net.Sockets;
using System.Text;

#pragma warning disable MA0047, CA1050 // the runtime looks for this name outside any namespace
internal static class StartupHook
#pragma warning restore MA0047, CA1050
{
    /// <summary>Answers each connection to the Unix socket of ORDERSMCP_BENCH_PROBE with the bytes allocated so far.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("ORDERSMCP_BENCH_PROBE") is not { Length: > 0 } path)
        {
            return;
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        new Thread(() => Answer(listener)) { IsBackground = true, Name = "Probe" }.Start();
    }

    private static void Answer(Socket listener)
    {
        while (true)
        {
            using var connection = listener.Accept();
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            connection.Send(Encoding.ASCII.GetBytes(allocated.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
