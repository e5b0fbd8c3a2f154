using System.Net;
using System.Net.Sockets;

namespace OrdersMcp.Tests.Hosting;

/// <summary>
/// Ports for tests that must know a port in advance, or use it again. They are below the ephemeral ports (Linux from 32768,
/// RFC 6335 from 49152), so that no test running at the same time gets one.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _last = Random.Shared.Next(Count); // another test run may choose ports too

    /// <summary>A free loopback port that no other test in this process gets.</summary>
    public static int Take()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref _last) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Taken: try the next.
            }
        }

        throw new InvalidOperationException($"Each of the ports {First} to {First + Count - 1} is taken.");
    }
}
