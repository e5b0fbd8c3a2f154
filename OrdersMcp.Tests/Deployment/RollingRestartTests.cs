using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Deployment;

/// <summary>
/// Replicas behind a load balancer that checks their readiness and never retries: no request fails while they are replaced
/// one by one.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class RollingRestartTests(PostgresFixture postgres)
{
    private const int Callers = 8;

    private static readonly (string, string) Drains = ("Shutdown:DrainSeconds", "2"); // many times the balancer's interval

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_call_of_the_mcp_server_fails()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":17}""");
        await using var balancer = new Balancer();

        await RestartAllAsync(
            balancer,
            async () =>
            {
                var server = await McpProcess.StartAsync(api.Address, Drains);
                return (server, server.Endpoint);
            },
            async address =>
            {
                var answer = await Messages.CallAsync(address, "get_thing", new JsonObject { ["thingId"] = "7" });
                return answer["result"] is null ? answer.ToJsonString() : null;
            });
    }

    [Fact]
    public async Task No_request_of_the_api_fails()
    {
        var connection = await postgres.CreateDatabaseAsync();
        var requests = 0;
        await using var balancer = new Balancer();

        await RestartAllAsync(
            balancer,
            async () =>
            {
                var api = await ApiProcess.StartAsync(connection, ("Authentication:AllowAnonymous", "true"), ("Seed:Demo", "true"), Drains);
                return (api, new Uri(api.Address));
            },
            async address =>
            {
                var request = Interlocked.Increment(ref requests);
                var isWrite = request % 4 == 0;
                using var response = isWrite
                    ? await OutsideClient.Shared.PostAsJsonAsync(new Uri(address, $"/orders/{1 + (request / 4 % 16)}/notes"), new { note = "." }, Cancellation)
                    : await OutsideClient.Shared.GetAsync(new Uri(address, "/orders/1"), Cancellation);
                var body = await response.Content.ReadAsStringAsync(Cancellation);
                // A full note and an order that other callers keep locked are errors unrelated to a restart.
                return response.StatusCode == HttpStatusCode.OK
                    || (isWrite && (response.StatusCode == HttpStatusCode.Conflict || body.Contains("database-busy", StringComparison.Ordinal)))
                    ? null
                    : $"{(int)response.StatusCode} {body}";
            });
    }

    private static async Task RestartAllAsync(
        Balancer balancer, Func<Task<(ServiceProcess Replica, Uri Address)>> start, Func<Uri, Task<string?>> call)
    {
        var replicas = new List<ServiceProcess>();
        try
        {
            for (var i = 0; i < 2; i++)
            {
                replicas.Add(await AddAsync());
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var (calls, failures) = (0, new ConcurrentBag<string>());
            var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    Interlocked.Increment(ref calls);
                    try
                    {
                        if (await call(balancer.Next()) is { } failure)
                        {
                            failures.Add(failure);
                        }
                    }
                    catch (HttpRequestException exception)
                    {
                        failures.Add(exception.ToString());
                    }
                }
            }, Cancellation)).ToArray();
            foreach (var old in replicas.ToArray())
            {
                replicas.Add(await AddAsync()); // a revision is removed only after the next one is ready
                await old.StopAsync();
                Assert.Equal(0, old.Process.ExitCode);
            }

            await end.CancelAsync();
            await Task.WhenAll(callers);
            Assert.Empty(failures);
            Assert.True(calls > 500, $"Only {calls} calls were made.");
        }
        finally
        {
            foreach (var replica in replicas)
            {
                await replica.DisposeAsync();
            }
        }

        async Task<ServiceProcess> AddAsync()
        {
            var (replica, address) = await start();
            balancer.Add(address);
            await Until.TrueAsync(() => balancer.IsReady(address), () => $"{address} is not ready: {replica.Output}");
            return replica;
        }
    }

    /// <summary>Distributes requests in turn over the replicas that were ready at the last check.</summary>
    private sealed class Balancer : IAsyncDisposable
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

        private readonly CancellationTokenSource _end = new();
        private readonly ConcurrentDictionary<Uri, bool> _isReady = new();
        private readonly ConcurrentBag<Task> _probes = [];
        private int _turn;

        public void Add(Uri address)
        {
            _isReady[address] = false;
            _probes.Add(ProbeAsync(address));
        }

        public bool IsReady(Uri address) => _isReady[address];

        public Uri Next()
        {
            var ready = _isReady.Where(replica => replica.Value).Select(replica => replica.Key).ToArray();
            return ready[(int)((uint)Interlocked.Increment(ref _turn) % (uint)ready.Length)];
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Task.WhenAll(_probes);
            _end.Dispose();
        }

        private async Task ProbeAsync(Uri address)
        {
            using var timer = new PeriodicTimer(Interval);
            try
            {
                do
                {
                    try
                    {
                        using var response = await OutsideClient.Shared.GetAsync(new Uri(address, "/health"), _end.Token);
                        _isReady[address] = response.IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        _isReady[address] = false;
                    }
                }
                while (await timer.WaitForNextTickAsync(_end.Token));
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                // the test is over
            }
        }
    }
}
