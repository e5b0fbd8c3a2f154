using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.McpServer.Telemetry;

namespace OrdersMcp.Tests.Security;

/// <summary>Refused calls are counted and on record.</summary>
public sealed class RefusalRecordTests
{
    [Fact]
    public async Task Refused_calls_are_on_record_and_counted_with_who_called()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await GuardedServer.StartAsync(issuer.Settings(
            ("Mcp:Limits:ExpensiveTools:0", "list_orders"), ("Mcp:Limits:Expensive:Burst", "1"), ("Mcp:Limits:Expensive:PerSecond", "1")));
        using var counted = new Counters(server.Application.Services.GetRequiredService<IMeterFactory>());
        var token = GuardedServer.Bearer(issuer.Token());

        using var stranger = await server.CallAsync("create_order");
        using var forbidden = await server.CallAsync("create_order", token);
        HttpStatusCode last;
        do
        {
            using var response = await server.CallAsync("list_orders", token);
            last = response.StatusCode;
        }
        while (last == HttpStatusCode.OK);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (stranger.StatusCode, forbidden.StatusCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        string[] expected = ["create_order unauthorized anonymous", "create_order forbidden alice", "list_orders rate_limited alice"];
        Assert.True(SpinWait.SpinUntil(() => expected.All(Records().Contains), TimeSpan.FromSeconds(20)), string.Join('\n', Records()));
        Assert.Contains("ordersmcp.rate_limit.refusals expensive", counted.Seen);
        foreach (var outcome in new[] { "unauthorized", "forbidden", "rate_limited" })
        {
            Assert.Contains(counted.Seen, seen => seen.StartsWith("ordersmcp.tool.calls ", StringComparison.Ordinal) && seen.Contains($" {outcome} ", StringComparison.Ordinal));
        }

        string[] Records() => [.. server.Api.Audit.Values.Select(record => $"{record["tool"]} {record["outcome"]} {record["caller"]}")];
    }

    [Fact]
    public async Task Flood_of_strangers_is_counted_and_does_not_fill_the_journal()
    {
        const int Calls = 600;
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
        Assert.True(SpinWait.SpinUntil(() => server.Api.Audit.Count >= 200, TimeSpan.FromSeconds(20)));
        Assert.InRange(server.Api.Audit.Count, 200, Math.Min(most, Calls));
    }

    private sealed class Counters : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<string> _seen = new();

        public Counters(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == ToolMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
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
