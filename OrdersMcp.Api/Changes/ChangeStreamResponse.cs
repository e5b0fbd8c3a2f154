using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrdersMcp.Api.Changes;

/// <summary>
/// A stream of server-sent events (HTML standard, 9.2). The id of an event is the horizon: a reader that resumes from it
/// receives every change that it missed, and some changes twice.
/// </summary>
internal sealed class ChangeStreamResponse(
    ChangeStream stream, DocumentChange document, ulong horizon, ulong? resumedFrom, IReadOnlyList<OrderChange>? missed,
    CancellationToken stopping)
    : IResult
{
    public const string ContentType = "text/event-stream";
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var _ = stream;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, stream.TooSlow, stopping);
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            WriteStart(response.BodyWriter);
            await response.BodyWriter.FlushAsync(ended.Token);
            await WriteChangesAsync(response, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader left or is too slow, or the service stops. Readers ignore a partial event.
            if (stream.TooSlow.IsCancellationRequested)
            {
                httpContext.Abort();
            }
        }
    }

    private void WriteStart(IBufferWriter<byte> writer)
    {
        Write(writer, "retry: 2000\n");
        WriteDocument(writer, ChangeStreams.Serialize(document));
        foreach (var change in missed ?? [])
        {
            WriteChange(writer, resumedFrom ?? horizon, ChangeStreams.Serialize(change));
        }

        if (missed is null)
        {
            Write(writer, Missed);
        }

        Write(writer, string.Create(CultureInfo.InvariantCulture, $"id: {horizon}\n\n"));
    }

    private async Task WriteChangesAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(KeepAlive);
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        var ready = stream.Changes.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            if (await Task.WhenAny(ready, tick) == tick)
            {
                await tick;
                Write(response.BodyWriter, ": keep-alive\n\n");
                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            }
            else if (await ready)
            {
                while (stream.Changes.TryRead(out var change))
                {
                    if (change.Horizon is { } id)
                    {
                        WriteChange(response.BodyWriter, id, change.Data.Span);
                    }
                    else
                    {
                        WriteDocument(response.BodyWriter, change.Data.Span);
                    }
                }

                ready = stream.Changes.WaitToReadAsync(cancellationToken).AsTask();
            }
            else
            {
                Write(response.BodyWriter, Missed);
                await response.BodyWriter.FlushAsync(cancellationToken);
                return;
            }

            await response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Changes were missed: readers must reload.</summary>
    private const string Missed = "event: changes-missed\ndata: {}\n\n";

    private static void WriteChange(IBufferWriter<byte> writer, ulong id, ReadOnlySpan<byte> data)
    {
        Write(writer, string.Create(CultureInfo.InvariantCulture, $"id: {id}\nevent: order-changed\ndata: "));
        writer.Write(data);
        writer.Write("\n\n"u8);
    }

    /// <summary>Without an id: a reader that resumes is told of the document anyway.</summary>
    private static void WriteDocument(IBufferWriter<byte> writer, ReadOnlySpan<byte> data)
    {
        writer.Write("event: document-changed\ndata: "u8);
        writer.Write(data);
        writer.Write("\n\n"u8);
    }

    private static void Write(IBufferWriter<byte> writer, string text) => Encoding.UTF8.GetBytes(text, writer);
}
