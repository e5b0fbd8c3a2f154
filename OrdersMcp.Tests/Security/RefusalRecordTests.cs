using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>Refused calls are counted and recorded.</summary>
[Trait("Category", "Postgres")]
public sealed class RefusalRecordTests
{
    [Fact]
    public async Task Refused_calls_are_recorded_and_counted_with_their_caller()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await GuardedServer.StartAsync(issuer.Settings(
            ("Mcp:Limits:ExpensiveTools:0", "list_orders"), ("Mcp:Limits:Expensive:Burst", "1"), ("Mcp:Limits:Expensive:PerSecond", "1")));
        using var counted = new Counters(server.Application.Services.GetRequiredService<IMeterFactory>());
        var token = GuardedServer.Bearer(issuer.Token());

        using var stranger = await server.CallAsync("create_order");
        using var forbidden = await server.CallAsync("create_order", token);
        var last = await LastOfManyAsync(() => server.CallAsync("list_orders", token));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (stranger.StatusCode, forbidden.StatusCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        string[] expected = ["create_order unauthorized anonymous", "create_order forbidden alice", "list_orders rate_limited alice"];
        await OnRecordAsync(server, expected);
        Assert.Contains("ordersmcp.rate_limit.refusals expensive", counted.Seen);
        foreach (var outcome in new[] { "unauthorized", "forbidden", "rate_limited" })
        {
            Assert.Contains(counted.Seen, seen => seen.StartsWith("ordersmcp.tool.calls ", StringComparison.Ordinal) && seen.Contains($" {outcome} ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Other_refused_requests_are_recorded_by_method_and_not_counted_as_calls()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await GuardedServer.StartAsync(issuer.Settings(
            ("Mcp:Limits:Read:Burst", "1"), ("Mcp:Limits:Read:PerSecond", "1")));
        using var counted = new Counters(server.Application.Services.GetRequiredService<IMeterFactory>());
        var token = GuardedServer.Bearer(issuer.Token(issuer.Claims(("scope", "none"))));

        using var stranger = await server.SendAsync("resources/list", null);
        using var nameless = await server.SendAsync("made/up", null);
        var last = await LastOfManyAsync(() => server.ListAsync(token));

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        string[] expected = ["resources/list unauthorized anonymous", "_OTHER unauthorized anonymous", "tools/list rate_limited alice"];
        await OnRecordAsync(server, expected);
        Assert.DoesNotContain(counted.Seen, seen => seen.StartsWith("ordersmcp.tool.calls ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shed_load_is_recorded()
    {
        GC.Collect();
        await using var server = await GuardedServer.StartAsync(("Mcp:Limits:MemoryLoad", "0.000000001"));

        using var call = await server.CallAsync("create_order");
        using var list = await server.ListAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, call.StatusCode);
        await OnRecordAsync(server, "create_order rate_limited anonymous", "tools/list rate_limited anonymous");
    }

    [Fact]
    public async Task Token_that_cannot_be_checked_is_recorded()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await GuardedServer.StartAsync(issuer.Settings());
        issuer.IsDown = true;

        using var response = await server.CallAsync("create_order", GuardedServer.Bearer(issuer.Token()));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        await OnRecordAsync(server, "create_order upstream_unavailable anonymous");
    }

    [Fact]
    public async Task Flood_of_strangers_does_not_crowd_out_refusals_of_callers()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await GuardedServer.StartAsync(issuer.Settings());
        await Parallel.ForAsync(0, 600, TestContext.Current.CancellationToken, async (_, _) =>
        {
            using var response = await server.CallAsync("create_order");
        });

        using var forbidden = await server.CallAsync("create_order", GuardedServer.Bearer(issuer.Token()));

        await OnRecordAsync(server, "create_order forbidden alice");
    }

    [Fact]
    public async Task Flood_of_strangers_is_counted_and_does_not_fill_the_journal()
    {
        const int Calls = 1000;
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await GuardedServer.StartAsync(issuer.Settings());
        using var counted = new Counters(server.Application.Services.GetRequiredService<IMeterFactory>());
        var started = DateTimeOffset.UtcNow;

        await Parallel.ForAsync(0, Calls, TestContext.Current.CancellationToken, async (_, _) =>
        {
            using var response = await server.CallAsync("create_order");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        });

        var most = 200 + (20 * ((int)(DateTimeOffset.UtcNow - started).TotalSeconds + 2));
        Assert.Equal(Calls, counted.Seen.Count(seen => seen.Contains("unauthorized", StringComparison.Ordinal)));
        Assert.True(most < Calls, $"The calls took so long that {most} of them may be on record.");

        // Records arrive in the order of the calls, so the last one completes them.
        using var last = await server.CallAsync("create_order", GuardedServer.Bearer(issuer.Token()));
        await OnRecordAsync(server, "create_order forbidden alice");
        Assert.InRange(server.Api.Audit.Values.Count(record => record["outcome"]!.ToString() == "unauthorized"), 200, most);
    }

    /// <summary>Calls until a call is refused, but not for ever if the limit is broken.</summary>
    private static async Task<HttpStatusCode> LastOfManyAsync(Func<Task<HttpResponseMessage>> call)
    {
        var last = HttpStatusCode.OK;
        for (var calls = 0; last == HttpStatusCode.OK && calls < 50; calls++)
        {
            using var response = await call();
            last = response.StatusCode;
        }

        return last;
    }

    private static Task OnRecordAsync(GuardedServer server, params string[] expected)
    {
        return Until.TrueAsync(
            () => !Missing().Any(), () => $"Not on record: {string.Join(", ", Missing())}.");

        IEnumerable<string> Missing() => expected.Except(
            server.Api.Audit.Values.Select(record => $"{record["tool"]} {record["outcome"]} {record["caller"]}"), StringComparer.Ordinal);
    }

    private sealed class Counters : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<string> _seen = new();

        public Counters(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == McpAttributes.Meter && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
                _seen.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
            _listener.Start();
        }

        public IReadOnlyCollection<string> Seen => _seen;

        public void Dispose() => _listener.Dispose();
    }
}
