using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Telemetry;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>
/// Refuses new requests before reading them while the server is overloaded: a quick 503 for some is better than an outage
/// for all.
/// </summary>
internal sealed class LoadShedding(IOptions<LimitOptions> limits, ToolMetrics metrics, CallRecorder recorder) : IDisposable
{
    private readonly ConcurrencyLimiter _calls = Slots(limits.Value.Concurrent);
    private readonly ConcurrencyLimiter _streams = Slots(limits.Value.Streams);
    private readonly double _memoryLoad = limits.Value.MemoryLoad;
    private long _looked = long.MinValue / 2;
    private volatile bool _isMemoryShort;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // In this revision the header is compared with the body later, so a call cannot pass as a stream. Older ones ignore it.
        var (request, headers) = (context.Request, context.Request.Headers);
        var isStream = HttpMethods.IsGet(request.Method)
            || (headers[McpHttpHeaders.ProtocolVersion] == ProtocolVersions.PerRequest && headers[McpHttpHeaders.Method] == RequestMethods.SubscriptionsListen);
        using var slot = (isStream ? _streams : _calls).AttemptAcquire();
        if (slot.IsAcquired && !IsMemoryShort())
        {
            await next(context);
            return;
        }

        metrics.RateLimited("server");
        recorder.Refuse(context, ToolOutcome.RateLimited);
        context.Response.Headers.RetryAfter = "1";
        context.Response.Headers.Connection = "close"; // the body is not read
        await JsonRpcErrors.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, JsonRpcErrors.Refused,
            "The server is overloaded at the moment. Nothing was done. Call again in a few seconds.");
    }

    public void Dispose()
    {
        _calls.Dispose();
        _streams.Dispose();
    }

    /// <summary>
    /// As of the last garbage collection, within the limit of the container if it has one. It is cached for a short time.
    /// </summary>
    private bool IsMemoryShort()
    {
        const int Pause = 200; // milliseconds
        var now = Environment.TickCount64;
        if (_memoryLoad < 1 && now - Interlocked.Read(ref _looked) >= Pause)
        {
            Interlocked.Exchange(ref _looked, now);
            var memory = GC.GetGCMemoryInfo(GCKind.Any);
            _isMemoryShort = memory.TotalAvailableMemoryBytes > 0
                && memory.HeapSizeBytes > memory.TotalAvailableMemoryBytes * _memoryLoad;
        }

        return _isMemoryShort;
    }

    private static ConcurrencyLimiter Slots(int count) => new(new ConcurrencyLimiterOptions { PermitLimit = count });
}
