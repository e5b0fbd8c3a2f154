using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// Whether a resource is ready. Aspire asks an unhealthy resource again after 1, 3, 6 … seconds, which would add seconds to
/// each start; these checks ask ten times a second themselves until the resource is ready for the first time.
/// </summary>
internal static class Readiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one check asks before it says that the resource is not ready yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>The resource is healthy when a path of its endpoint <c>http</c> answers with success.</summary>
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
                return response.IsSuccessStatusCode ? null : $"{path} answers {(int)response.StatusCode}.";
            }
            catch (HttpRequestException exception)
            {
                return $"{path} cannot be reached: {exception.Message}";
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return $"{path} does not answer within {Http.Timeout.TotalSeconds} s.";
            }
        });
    }

    /// <summary>
    /// Whether somebody listens there. A program that starts is asked many times before it does, and each refused connection
    /// of an <see cref="HttpClient"/> is an exception, which costs more than all the rest of the check.
    /// </summary>
    private static async Task<bool> ListensAsync(string host, int port)
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

    /// <summary>The resource is healthy when there is no problem.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="name">What is checked.</param>
    /// <param name="problem">What is wrong now; null where nothing is.</param>
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
