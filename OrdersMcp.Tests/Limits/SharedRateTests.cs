using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.McpServer.Limits;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.Security;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Security;
using StackExchange.Redis;

namespace OrdersMcp.Tests.Limits;

/// <summary>Rates that hold over all replicas.</summary>
[Trait("Category", "Postgres")]
public sealed class SharedRateTests : SharedStore
{
    [Theory]
    [InlineData(40, 5)] // low, so that the callers ask for more on a busy machine too
    [InlineData(5, 10)]
    public async Task Rate_of_one_caller_holds_over_four_replicas_within_five_percent(int burst, int perSecond)
    {
        await using var first = await StartAsync(burst, perSecond);
        await using var second = await StartAsync(burst, perSecond);
        await using var third = await StartAsync(burst, perSecond);
        await using var fourth = await StartAsync(burst, perSecond);
        Replica[] replicas = [first, second, third, fourth];
        var (allowed, refused, duration) = (0, 0, TimeSpan.FromSeconds(6));
        foreach (var replica in replicas)
        {
            await replica.StatusAsync(caller: "mallory"); // the first script of a server takes a second, in which a full bucket gains nothing
        }

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            for (var call = worker; watch.Elapsed < duration; call++)
            {
                var status = await replicas[call % replicas.Length].StatusAsync();
                Assert.Contains(status, new[] { HttpStatusCode.OK, HttpStatusCode.TooManyRequests });
                Interlocked.Increment(ref status == HttpStatusCode.OK ? ref allowed : ref refused);
            }
        }));

        var expected = burst + (perSecond * watch.Elapsed.TotalSeconds);
        Assert.InRange(allowed, expected * 0.95, expected * 1.05);
        Assert.NotEqual(0, refused);
        TestContext.Current.TestOutputHelper?.WriteLine($"{allowed} allowed, {expected:F0} expected, {refused} refused");
        Assert.All(replicas, replica => Assert.Empty(replica.OutageLines));
    }

    [Fact]
    public async Task Call_beyond_the_rate_is_told_when_to_retry_at_every_replica()
    {
        await using var one = await Replica.StartAsync(Api, Store.ConnectionString, ("Mcp:Limits:Write:Burst", "1"), ("Mcp:Limits:Write:PerSecond", "1"));
        await using var other = await Replica.StartAsync(Api, Store.ConnectionString, ("Mcp:Limits:Write:Burst", "1"), ("Mcp:Limits:Write:PerSecond", "1"));

        HttpResponseMessage? refused = null;
        for (var i = 0; i < 20 && refused is null; i++)
        {
            var response = await (i % 2 == 0 ? one : other).SendAsync("create_order");
            refused = response.StatusCode == HttpStatusCode.OK ? null : response;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, refused!.StatusCode);
        Assert.Equal(1, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal(HttpStatusCode.OK, await other.StatusAsync("list_orders")); // another class
        Assert.Equal(HttpStatusCode.OK, await other.StatusAsync("create_order", "mallory"));
        Assert.Contains(
            one.Signals.Collect().Concat(other.Signals.Collect()),
            point => point.Name == "ordersmcp.rate_limit.refusals" && (string?)point.Tags["ordersmcp.rate_limit.name"] == "write");
    }

    [Fact]
    public async Task Keys_expire_and_contain_no_name()
    {
        await using var replica = await Replica.StartAsync(
            Api, Store.ConnectionString, ("Mcp:Limits:Read:PerSecond", "1"), ("Mcp:Limits:Write:PerSecond", "1"));
        for (var call = 0; call < 10; call++)
        {
            Assert.Equal(HttpStatusCode.OK, await replica.StatusAsync());
            Assert.Equal(HttpStatusCode.OK, await replica.StatusAsync("create_order", "mallory"));
        }

        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Store.ConnectionString},allowAdmin=true");
        var keys = connection.GetServers().Single().Keys(pattern: "*").Select(key => key.ToString()).ToArray();

        var rates = keys.Where(key => key.StartsWith("ordersmcp:rate:", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, rates.Length);
        Assert.All(rates, key => Assert.Matches("^ordersmcp:rate:(read|write):[0-9a-f]{32}$", key));
        Assert.All(keys, key => Assert.StartsWith(LimitStore.Prefix, key, StringComparison.Ordinal));
        foreach (var key in rates)
        {
            Assert.InRange((await connection.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public async Task Without_the_setting_everything_counts_in_process()
    {
        await using var server = await GuardedServer.StartAsync(TestCaller.Settings);

        Assert.IsType<ProcessRates>(server.Application.Services.GetRequiredService<ICallRates>());
        Assert.IsType<UsedNonces>(server.Application.Services.GetRequiredService<IUsedNonces>());
    }

    [Fact]
    public async Task Answered_questions_leave_a_measurement_and_no_span()
    {
        await using var replica = await StartAsync(burst: 200, perSecond: 50);
        var trace = ActivityTraceId.CreateRandom();

        using var response = await replica.SendAsync(headers: ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var spans = replica.Signals.SpansOf(trace, spans => spans.Any(span => span.DisplayName == "POST /mcp tools/call list_orders"));
        Assert.All(spans.Where(span => span.DisplayName == "limits rate"), slow => Assert.True(slow.Duration >= TimeSpan.FromMilliseconds(20)));
        Assert.True(replica.Asked("rate", failure: null) >= 1);
    }

    private Task<Replica> StartAsync(int burst, int perSecond) => Replica.StartAsync(
        Api, Store.ConnectionString, ("Mcp:Limits:Read:Burst", $"{burst}"), ("Mcp:Limits:Read:PerSecond", $"{perSecond}"));
}
