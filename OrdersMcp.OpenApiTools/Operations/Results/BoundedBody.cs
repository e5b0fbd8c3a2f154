using System.Buffers;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>Reads bodies whose length cannot be trusted.</summary>
internal static class BoundedBody
{
    /// <summary>Most API answers are smaller, and few declare their length.</summary>
    private const int FirstBuffer = 2 * 1024;

    /// <summary>The whole body, or null if it is larger than <paramref name="maxBytes"/>.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        return content.Headers.ContentLength is { } length
            ? await ReadKnownAsync(stream, new byte[length], cancellationToken)
            : await ReadUnknownAsync(stream, maxBytes, cancellationToken);
    }

    /// <summary>
    /// The part of a body that arrives before the body ends, is large enough or time is up, and whether it is complete.
    /// </summary>
    /// <param name="content">The body, which may never end.</param>
    /// <param name="maxBytes">How many bytes are enough.</param>
    /// <param name="enough">Cancelled when time is up.</param>
    /// <param name="cancellationToken">Cancelled when the caller stops waiting.</param>
    public static async ValueTask<(ReadOnlyMemory<byte> Body, bool IsWhole)> ReadAvailableAsync(
        HttpContent content, int maxBytes, CancellationToken enough, CancellationToken cancellationToken)
    {
        var body = new byte[maxBytes];
        var length = 0;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(enough);
            int read;
            while (length < maxBytes && (read = await stream.ReadAsync(body.AsMemory(length), enough)) > 0)
            {
                length += read;
            }

            return (body.AsMemory(0, length), length < maxBytes);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (body.AsMemory(0, length), IsWhole: false);
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadKnownAsync(
        Stream stream, byte[] body, CancellationToken cancellationToken) =>
        body.AsMemory(0, await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken));

    /// <summary>Reads into pooled buffers; the returned array has the length of the body.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadUnknownAsync(
        Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var length = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
                if (length > maxBytes)
                {
                    return null;
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
