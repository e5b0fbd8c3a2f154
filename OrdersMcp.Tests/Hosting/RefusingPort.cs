using System.Net;
using System.Net.Sockets;

namespace OrdersMcp.Tests.Hosting;

/// <summary>A port that refuses connections until this is disposed: it is taken, but nothing listens.</summary>
internal sealed class RefusingPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RefusingPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}";

    public void Dispose() => _socket.Dispose();
}
