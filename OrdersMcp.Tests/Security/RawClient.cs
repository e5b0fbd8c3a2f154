using System.Net.Sockets;
using System.Text;

namespace OrdersMcp.Tests.Security;

/// <summary>A connection that can send anything, at any speed.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TcpClient _connection;

    private RawClient(TcpClient connection) => _connection = connection;

    public static async Task<RawClient> ConnectAsync(Uri server)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        return new RawClient(connection);
    }

    public async Task SendAsync(string text) =>
        await _connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Sends a letter every half second until the server closes the connection.</summary>
    public async Task DribbleAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await _connection.GetStream().WriteAsync("x"u8.ToArray(), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The connection is closed.
        }
    }

    /// <summary>Everything that the server sends until it closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var said = new MemoryStream();
        try
        {
            await _connection.GetStream().CopyToAsync(said, patience.Token);
        }
        catch (IOException)
        {
            // The server closed without reading the rest.
        }

        return Encoding.ASCII.GetString(said.ToArray());
    }

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
