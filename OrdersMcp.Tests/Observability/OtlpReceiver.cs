using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.Tests.Observability;

/// <summary>A collector that keeps OTLP requests (HTTP, protobuf) as bytes, which contain texts unchanged.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>The bodies by signal: traces, metrics, logs.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<byte[]>> Bodies { get; } = new(StringComparer.Ordinal);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/{signal}", receiver.KeepAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        receiver.Address = receiver._app.Urls.Single();
        return receiver;
    }

    /// <summary>Whether a signal contains these bytes.</summary>
    public bool Has(string signal, ReadOnlySpan<byte> bytes)
    {
        foreach (var body in Bodies.GetValueOrDefault(signal) ?? [])
        {
            if (body.AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The surroundings of these bytes in a signal, for failure messages; null if they are absent.</summary>
    public string? Around(string signal, byte[] bytes)
    {
        foreach (var body in Bodies.GetValueOrDefault(signal) ?? [])
        {
            if (body.AsSpan().IndexOf(bytes) is >= 0 and var at)
            {
                var start = Math.Max(0, at - 300);
                return System.Text.Encoding.ASCII.GetString(body, start, Math.Min(body.Length - start, 400));
            }
        }

        return null;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task KeepAsync(string signal, HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Bodies.GetOrAdd(signal, _ => new()).Enqueue(body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }
}
