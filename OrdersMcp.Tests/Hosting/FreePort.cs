using System.Net;
using System.Net.Sockets;

namespace OrdersMcp.Tests.Hosting;

/// <summary>
/// Ports for who must know one before it is used, or uses one again. They are below those that systems hand out by themselves
/// (Linux from 32768, RFC 6335 from 49152): none of the tests that run at once gets one in the meantime.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _last = Random.Shared.Next(Count); // another test run may draw as well

    /// <summary>A port of loopback that is free, and that nobody else of this process gets.</summary>
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
                // The next one.
            }
        }

        throw new InvalidOperationException($"Each of the ports {First} to {First + Count - 1} is taken.");
    }
}
