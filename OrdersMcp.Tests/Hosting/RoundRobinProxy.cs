using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.Tests.Hosting;

/// <summary>
/// A balancer that sends each request to the next replica, and never sends one twice. It drops a replica that refuses a
/// connection, and reports requests that were running on a replica that died with 502.
/// </summary>
internal sealed class RoundRobinProxy : IAsyncDisposable
{
    /// <summary>The response header with the number of the replica.</summary>
    public const string ReplicaHeader = "X-Replica";

    private static readonly string[] OfOneConnection = ["Connection", "Host", "Keep-Alive", "Transfer-Encoding", "Upgrade"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    });

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<int, Uri> _replicas = new();
    private readonly ConcurrentDictionary<string, int> _homes = new(StringComparer.Ordinal);
    private readonly string? _routingHeader;
    private int _added;
    private int _turn;

    private RoundRobinProxy(WebApplication app, string? routingHeader) => (_app, _routingHeader) = (app, routingHeader);

    public Uri Address { get; private set; } = null!;

    /// <summary>The replicas that served each request so far, in order.</summary>
    public ConcurrentQueue<int> Served { get; } = new();

    /// <summary>The replicas that died while they had a request.</summary>
    public ConcurrentQueue<int> Died { get; } = new();

    /// <param name="replicas">The addresses; their paths are ignored.</param>
    /// <param name="routingHeader">
    /// A response header whose values bind requests that repeat it to the same replica, or null.
    /// </param>
    public static async Task<RoundRobinProxy> StartAsync(IEnumerable<Uri> replicas, string? routingHeader = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var proxy = new RoundRobinProxy(builder.Build(), routingHeader);
        foreach (var replica in replicas)
        {
            proxy.Add(replica);
        }

        proxy._app.Run(proxy.ForwardAsync);
        await proxy._app.StartAsync(TestContext.Current.CancellationToken);
        proxy.Address = new Uri(proxy._app.Urls.Single());
        return proxy;
    }

    /// <summary>Adds a replica and returns its number.</summary>
    public int Add(Uri replica)
    {
        var number = Interlocked.Increment(ref _added) - 1;
        _replicas[number] = replica;
        return number;
    }

    /// <summary>Sends no further requests to a replica.</summary>
    public void Remove(int replica) => _replicas.TryRemove(replica, out _);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        // Read first, so that a connection that cannot be opened has consumed nothing.
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        while (Next(context) is var (number, replica))
        {
            try
            {
                using var response = await SendAsync(context, replica, body.ToArray());
                Served.Enqueue(number);
                await AnswerAsync(context, response, number);
                return;
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
            {
                Remove(number); // nothing was sent
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                Remove(number);
                Died.Enqueue(number);
                if (context.Response.HasStarted)
                {
                    context.Abort();
                    return;
                }

                context.Response.StatusCode = StatusCodes.Status502BadGateway;
                context.Response.Headers[ReplicaHeader] = number.ToString(CultureInfo.InvariantCulture);
                return;
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                return; // the client has left, or the test is over
            }
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    private (int Number, Uri Address)? Next(HttpContext context)
    {
        if (_routingHeader is not null && _homes.TryGetValue(context.Request.Headers[_routingHeader].ToString(), out var home)
            && _replicas.TryGetValue(home, out var address))
        {
            return (home, address);
        }

        var replicas = _replicas.OrderBy(replica => replica.Key).ToArray();
        if (replicas.Length == 0)
        {
            return null;
        }

        var next = replicas[(int)((uint)Interlocked.Increment(ref _turn) % (uint)replicas.Length)];
        return (next.Key, next.Value);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContext context, Uri replica, byte[] body)
    {
        var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), new Uri(replica, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => !IsOfOneConnection(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return await _client.SendAsync(request, context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context, HttpResponseMessage response, int number)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !IsOfOneConnection(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        context.Response.Headers[ReplicaHeader] = number.ToString(CultureInfo.InvariantCulture);
        if (_routingHeader is not null && response.Headers.TryGetValues(_routingHeader, out var keys))
        {
            _homes[keys.Single()] = number;
        }

        await context.Response.StartAsync(context.RequestAborted);
        await using var from = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static bool IsOfOneConnection(string header) => OfOneConnection.Contains(header, StringComparer.OrdinalIgnoreCase);
}
