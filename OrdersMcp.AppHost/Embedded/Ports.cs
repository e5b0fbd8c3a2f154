using System.Net;
using System.Net.Sockets;

namespace OrdersMcp.AppHost.Embedded;

/// <summary>
/// The loopback ports of one run. They are bound, without listening, from the moment they are chosen: two stacks that
/// start at once cannot choose the same one, and a client that is early is refused instead of left hanging.
/// </summary>
internal sealed class Ports : IDisposable
{
    private readonly Dictionary<int, List<Socket>> _held = [];

    public Ports(StackOptions options)
    {
        try
        {
            // The ports that were asked for come first, so that no free one is taken from under them.
            (string Option, int Port)[] wanted =
            [
                ("--api-port", options.ApiPort),
                ("--mcp-port", options.McpPort),
                ("--postgres-port", options.PostgresPort),
                ("--dashboard-port", options.Dashboard ? options.DashboardPort : 0),
                ("--inspector-port", options.Inspector ? options.InspectorPort : 0),
            ];
            foreach (var (option, port) in wanted.Where(want => want.Port != 0))
            {
                Claim(option, port, Array.Find(wanted, other => other.Port == port && other.Option != option).Option);
            }

            Api = OrFree(options.ApiPort);
            Mcp = OrFree(options.McpPort);
            Postgres = OrFree(options.PostgresPort);
            Dashboard = options.Dashboard ? OrFree(options.DashboardPort) : 0;
            Otlp = options.Dashboard ? OrFree(0) : 0;
            Inspector = options.Inspector ? OrFree(options.InspectorPort) : 0;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Api { get; }
    public int Mcp { get; }
    public int Postgres { get; }
    public int Dashboard { get; }
    public int Otlp { get; }
    public int Inspector { get; }

    /// <summary>Lets go of a port, for the child that is about to listen on it.</summary>
    public void Release(int port)
    {
        lock (_held)
        {
            if (_held.Remove(port, out var sockets))
            {
                sockets.ForEach(socket => socket.Dispose());
            }
        }
    }

    public void Dispose()
    {
        foreach (var port in _held.Keys.ToArray())
        {
            Release(port);
        }
    }

    private void Claim(string option, int port, string? otherOption)
    {
        if (otherOption is not null)
        {
            throw new StackException($"{option} and {otherOption} both say {port}: choose another for one of them.");
        }

        if (!TryHold(port, out var denied))
        {
            throw new StackException(denied
                ? $"Port {port} ({option}) may not be opened by this user. Choose another with {option}."
                : $"Port {port} ({option}) is in use by another program. Stop that one, or choose another port: "
                    + $"{option} {port + 1} (0 takes any free one).");
        }
    }

    private int OrFree(int port)
    {
        while (port == 0)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var candidate = ((IPEndPoint)probe.LocalEndPoint!).Port;
            probe.Dispose();
            port = TryHold(candidate, out _) ? candidate : 0;
        }

        return port;
    }

    private bool TryHold(int port, out bool denied)
    {
        denied = false;
        var sockets = new List<Socket>();
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
            {
                continue;
            }

            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            try
            {
                socket.Bind(new IPEndPoint(address, port));
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                // A machine without ::1 is fine: everybody falls back to 127.0.0.1.
            }
            catch (SocketException exception)
            {
                denied = exception.SocketErrorCode == SocketError.AccessDenied;
                sockets.ForEach(held => held.Dispose());
                return false;
            }
        }

        lock (_held)
        {
            _held[port] = sockets;
        }

        return true;
    }
}
