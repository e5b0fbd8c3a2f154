using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrdersMcp.Bench.Load;

/// <summary>
/// One HTTP/1.1 connection that is kept alive, one request at a time. It does as little as will do: a general client
/// takes as much CPU as the servers that are measured beside it.
/// </summary>
internal sealed class HttpConnection(IPEndPoint target) : IDisposable
{
    private const int LargestAnswer = 64 * 1024 * 1024;

    private Socket? _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private byte[] _body = new byte[16 * 1024];
    private int _length;
    private int _bodyLength;

    /// <summary>The body of the last answer.</summary>
    public ReadOnlySpan<byte> Body => _body.AsSpan(0, _bodyLength);

    /// <summary>Sends a whole request and reads its answer.</summary>
    /// <returns>The status.</returns>
    /// <exception cref="IOException">The connection broke, or the answer cannot be read.</exception>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var isFresh = _socket is null;
        while (true)
        {
            try
            {
                var socket = _socket ??= await ConnectAsync(cancellationToken);
                await socket.SendAsync(request, cancellationToken);
                return await ReadAsync(socket, cancellationToken);
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                Dispose();
                // A server may have closed a connection that was at rest; nothing was answered, so it is asked anew.
                if (isFresh || _length > 0)
                {
                    throw new IOException(exception.Message, exception);
                }

                isFresh = true;
            }
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target, cancellationToken);
        return socket;
    }

    private async ValueTask<int> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        (_length, _bodyLength) = (0, 0);
        int headEnd;
        while ((headEnd = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await FillAsync(socket, cancellationToken);
        }

        var (status, contentLength, isChunked, isLast) = ReadHead(_buffer.AsSpan(0, headEnd));
        var start = headEnd + 4;
        if (isChunked)
        {
            await ReadChunksAsync(socket, start, cancellationToken);
        }
        else
        {
            while (_length - start < contentLength)
            {
                await FillAsync(socket, cancellationToken);
            }

            AppendBody(start, contentLength);
        }

        if (isLast)
        {
            Dispose();
        }

        return status;
    }

    private static (int Status, int ContentLength, bool IsChunked, bool IsLast) ReadHead(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
        {
            throw new IOException($"Not HTTP/1.1: {Encoding.ASCII.GetString(head[..Math.Min(60, head.Length)])}");
        }

        var (contentLength, isChunked, isLast) = (0, false, false);
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            var colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            var value = line[(colon + 1)..].Trim((byte)' ');
            if (Ascii.EqualsIgnoreCase(line[..colon], "content-length"u8))
            {
                contentLength = int.Parse(value, CultureInfo.InvariantCulture);
            }
            else if (Ascii.EqualsIgnoreCase(line[..colon], "transfer-encoding"u8))
            {
                isChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            }
            else if (Ascii.EqualsIgnoreCase(line[..colon], "connection"u8))
            {
                isLast = Ascii.EqualsIgnoreCase(value, "close"u8);
            }
        }

        return contentLength > LargestAnswer
            ? throw new IOException("The answer is too large.")
            : (status, contentLength, isChunked, isLast);
    }

    private async ValueTask ReadChunksAsync(Socket socket, int start, CancellationToken cancellationToken)
    {
        while (true)
        {
            int lineLength;
            while ((lineLength = _buffer.AsSpan(start, _length - start).IndexOf("\r\n"u8)) < 0)
            {
                await FillAsync(socket, cancellationToken);
            }

            if (!Utf8Parser.TryParse(_buffer.AsSpan(start, lineLength), out int size, out _, 'x'))
            {
                throw new IOException("A chunk has no size.");
            }

            start += lineLength + 2;
            while (_length - start < size + 2)
            {
                await FillAsync(socket, cancellationToken);
            }

            if (size == 0)
            {
                return; // no server here sends trailers
            }

            AppendBody(start, size);
            start += size + 2;
        }
    }

    private void AppendBody(int start, int count)
    {
        if (_body.Length < _bodyLength + count)
        {
            Array.Resize(ref _body, Math.Max(_body.Length * 2, _bodyLength + count));
        }

        _buffer.AsSpan(start, count).CopyTo(_body.AsSpan(_bodyLength));
        _bodyLength += count;
    }

    private async ValueTask FillAsync(Socket socket, CancellationToken cancellationToken)
    {
        if (_length == _buffer.Length)
        {
            if (_length >= LargestAnswer)
            {
                throw new IOException("The answer is too large.");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await socket.ReceiveAsync(_buffer.AsMemory(_length), cancellationToken);
        if (read == 0)
        {
            throw new IOException("The connection was closed before the answer was whole.");
        }

        _length += read;
    }
}
