using System.Net;
using System.Net.Sockets;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// Claims on the documented ports of this machine. A port belongs to one system at a time. Otherwise a starting system could
/// mistake another system's service on the same port for its own.
/// </summary>
internal sealed class PortClaims : IDisposable
{
    /// <summary>After a system is killed, its orchestrator takes a few seconds to stop the process on the port.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly Lock _claiming = new();
    private readonly HashSet<int> _wanted = [];
    private readonly Dictionary<int, HeldFile> _claimed = [];
    private readonly Dictionary<int, string> _holders = [];

    private static string Folder => Path.Combine(Path.GetTempPath(), $"ordersmcp-ports-{Environment.UserName}");

    /// <summary>Registers, while the model is built, a port to claim later.</summary>
    public void Want(int port) => _wanted.Add(port);

    /// <summary>Claims a port for this system, and waits until nothing listens there.</summary>
    /// <param name="port">The port.</param>
    /// <param name="option">The option that chooses another port.</param>
    /// <param name="say">Reports waiting.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="StartException">The port is taken, or this user cannot open it.</exception>
    public async Task ClaimAsync(int port, string option, Action<string> say, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!TryReserveAll())
        {
            await timer.WaitForNextTickAsync(cancellation);
        }

        if (_holders.TryGetValue(port, out var holder))
        {
            throw Taken(port, option, $"another running system{holder}");
        }

        var deadline = Environment.TickCount64 + Patience.TotalMilliseconds;
        for (var told = false; !IsFree(port, option); told = true)
        {
            if (Environment.TickCount64 > deadline)
            {
                throw Taken(port, option, "another program");
            }

            if (!told)
            {
                say($"Waiting for port {port}");
            }

            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    public void Dispose()
    {
        lock (_claiming)
        {
            foreach (var held in _claimed.Values)
            {
                held.Dispose();
            }

            _claimed.Clear();
        }
    }

    /// <summary>
    /// Reserves all registered ports at once, while no other system does the same. If two systems with the same ports start
    /// together, one gets all ports and the other none.
    /// </summary>
    /// <returns>False while another system reserves its ports.</returns>
    private bool TryReserveAll()
    {
        lock (_claiming)
        {
            if (_wanted.All(_claimed.ContainsKey))
            {
                return true;
            }

            Directory.CreateDirectory(Folder);
            using var reserving = HeldFile.TryTake(Path.Combine(Folder, "reserving.lock"), out _);
            if (reserving is null)
            {
                return false;
            }

            _holders.Clear();
            foreach (var port in _wanted.Where(port => !_claimed.ContainsKey(port)))
            {
                if (HeldFile.TryTake(Path.Combine(Folder, $"{port}.lock"), out var holder) is { } held)
                {
                    _claimed[port] = held;
                }
                else
                {
                    _holders[port] = holder;
                }
            }

            return true;
        }
    }

    private static StartException Taken(int port, string option, string holder) => new(
        $"Port {port} is in use by {holder}. Stop it, or choose another port: {option} {port + 1} (0 means any free port).");

    private static bool IsFree(int port, string option)
    {
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
            {
                continue;
            }

            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(address, port));
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                return false;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied)
            {
                throw new StartException($"Port {port} cannot be opened by this user. Choose another: {option} PORT", exception);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                // A machine without ::1 is fine: all programs fall back to 127.0.0.1.
            }
        }

        return true;
    }
}
