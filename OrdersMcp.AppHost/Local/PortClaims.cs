using System.Net;
using System.Net.Sockets;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// The documented ports of this machine. A port belongs to one system at a time: without that, a system that starts would
/// take the service of another, which answers on the same port, for its own.
/// </summary>
internal sealed class PortClaims : IDisposable
{
    /// <summary>The orchestrator of a system that was killed takes a few seconds to stop what used the port.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly Lock _claiming = new();
    private readonly HashSet<int> _wanted = [];
    private readonly Dictionary<int, HeldFile> _claimed = [];
    private readonly Dictionary<int, string> _holders = [];

    private static string Folder => Path.Combine(Path.GetTempPath(), $"ordersmcp-ports-{Environment.UserName}");

    /// <summary>Says, while the system is described, that it will claim a port.</summary>
    public void Want(int port) => _wanted.Add(port);

    /// <summary>Makes a port this system's, and waits until nobody listens there.</summary>
    /// <param name="port">The port.</param>
    /// <param name="option">The option that chooses another.</param>
    /// <param name="say">Is told what is waited for.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="StartException">It is taken, or may not be opened.</exception>
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
    /// All of them at once, while no other system does the same: of two systems with the same ports that start together,
    /// one gets all and the other none.
    /// </summary>
    /// <returns>False while another system reserves its own.</returns>
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
        $"Port {port} is in use by {holder}. Stop that one, or choose another port: {option} {port + 1} (0 takes any free one).");

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
                throw new StartException($"Port {port} may not be opened by this user. Choose another: {option} PORT", exception);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                // A machine without ::1 is fine: everybody falls back to 127.0.0.1.
            }
        }

        return true;
    }
}
