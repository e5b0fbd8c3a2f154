using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// Checks whether a resource is ready. Aspire checks an unhealthy resource again after 1, 3, 6 … seconds, which would add
/// seconds to each start. These checks poll ten times a second until the resource is ready for the first time.
/// </summary>
internal static class Readiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one check polls before it reports that the resource is not ready.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Makes the resource healthy when a path of its endpoint <c>http</c> responds with success.</summary>
    public static IResourceBuilder<T> WithReadiness<T>(this IResourceBuilder<T> resource, string path)
        where T : IResourceWithEndpoints
    {
        var endpoint = resource.GetEndpoint("http");
        return resource.WithReadiness(path, async cancellation =>
        {
            if (!endpoint.IsAllocated || !await ListensAsync(endpoint.Host, endpoint.Port))
            {
                return $"Nothing listens at the address of {path} yet.";
            }

            try
            {
                using var response = await Http.GetAsync(endpoint.Url.TrimEnd('/') + path, HttpCompletionOption.ResponseHeadersRead, cancellation);
                return response.IsSuccessStatusCode ? null : $"{path} responds with {(int)response.StatusCode}.";
            }
            catch (HttpRequestException exception)
            {
                return $"{path} cannot be reached: {exception.Message}";
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return $"{path} does not respond within {Http.Timeout.TotalSeconds} s.";
            }
        });
    }

    /// <summary>
    /// Whether anything listens there. A starting program is polled many times before it listens, and each refused connection
    /// of an <see cref="HttpClient"/> is an exception, which costs more than the rest of the check.
    /// </summary>
    public static async Task<bool> ListensAsync(string host, int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var connecting = new SocketAsyncEventArgs { RemoteEndPoint = new DnsEndPoint(host, port) };
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connecting.Completed += (_, _) => connected.TrySetResult();
        if (socket.ConnectAsync(connecting))
        {
            await connected.Task;
        }

        return connecting.SocketError == SocketError.Success;
    }

    /// <summary>Makes the resource healthy when there is no problem.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="problem">The current problem, or null.</param>
    public static IResourceBuilder<T> WithReadiness<T>(this IResourceBuilder<T> resource, string name, Func<CancellationToken, Task<string?>> problem)
        where T : IResource
    {
        if (resource.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return resource;
        }

        var check = new Check(problem);
        var key = $"{resource.Resource.Name} {name}";
        resource.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck(key, check.AskAsync);
        return resource.WithHealthCheck(key);
    }

    private sealed class Check(Func<CancellationToken, Task<string?>> problem)
    {
        private bool _hasBeenReady;

        public async Task<HealthCheckResult> AskAsync(CancellationToken cancellation)
        {
            var deadline = Environment.TickCount64 + (_hasBeenReady ? 0 : Patience.TotalMilliseconds);
            using var timer = new PeriodicTimer(Interval);
            while (true)
            {
                if (await problem(cancellation) is not { } what)
                {
                    _hasBeenReady = true;
                    return HealthCheckResult.Healthy();
                }

                if (Environment.TickCount64 >= deadline)
                {
                    return HealthCheckResult.Unhealthy(what);
                }

                await timer.WaitForNextTickAsync(cancellation);
            }
        }
    }
}
