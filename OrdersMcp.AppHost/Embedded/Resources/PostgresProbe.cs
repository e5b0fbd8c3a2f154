using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace OrdersMcp.AppHost.Embedded.Resources;

/// <summary>What <c>pg_isready</c> does, which the npm package does not hold.</summary>
internal static class PostgresProbe
{
    private const int ProtocolVersion3 = 3 << 16;
    private const byte AuthenticationRequest = (byte)'R';

    /// <summary>
    /// Whether the server asks for a password. While it starts or recovers, it answers the startup message with an
    /// error (57P03) instead. (PostgreSQL documentation, "Message Formats": StartupMessage.)
    /// </summary>
    public static async Task<bool> AcceptsAsync(int port, string user, string database, CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, cancellation);
            var stream = client.GetStream();
            var parameters = Encoding.UTF8.GetBytes($"user\0{user}\0database\0{database}\0\0");
            var message = new byte[8 + parameters.Length];
            BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), ProtocolVersion3);
            parameters.CopyTo(message, 8);
            await stream.WriteAsync(message, cancellation);
            var answer = new byte[1];
            return await stream.ReadAsync(answer, cancellation) == 1 && answer[0] == AuthenticationRequest;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
