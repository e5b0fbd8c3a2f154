using System.Diagnostics;
using System.Net;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Limits;

/// <summary>What a replica does while the store of its limits is away.</summary>
[Trait("Category", "Postgres")]
public sealed class StoreOutageTests : SharedStore
{
    private static readonly (string, string)[] Narrow = [("Mcp:Limits:Read:Burst", "5"), ("Mcp:Limits:Read:PerSecond", "1")];

    [Fact]
    public async Task Each_replica_counts_for_itself_until_the_store_is_back()
    {
        await using var replica = await Replica.StartAsync(Api, Store.ConnectionString, Narrow);

        await Store.KillAsync();
        await replica.Application.WaitForHealthAsync("Degraded");
        var statuses = new List<HttpStatusCode>();
        for (var call = 0; call < 20; call++)
        {
            statuses.Add(await replica.StatusAsync());
        }

        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses); // the limits in process
        await Store.ReviveAsync();
        await replica.Application.WaitForHealthAsync("Healthy");
        var before = replica.Asked("rate", failure: null);
        await replica.StatusAsync();
        Assert.Equal(before + 1, replica.Asked("rate", failure: null));
        Assert.Collection(
            replica.OutageLines,
            line => Assert.Contains("is away (connection): each replica counts for itself until it is back", line, StringComparison.Ordinal),
            line => Assert.Contains("is back after", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_are_refused_with_the_reason_if_the_setting_says_so()
    {
        await using var replica = await Replica.StartAsync(Api, Store.ConnectionString, ("Mcp:Limits:Store:WhenAway", "Closed"));

        await Store.KillAsync();
        await replica.Application.WaitForHealthAsync("Degraded");
        var received = Api.Requests.Count;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await replica.StatusAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await replica.StatusAsync());
        using var refused = await replica.SendAsync();

        var error = await Messages.AssertErrorAsync(refused, HttpStatusCode.ServiceUnavailable, -32000, id: 7);
        Assert.Equal("The server cannot check the limits of its callers at the moment. Nothing was done. Wait 1 s, then call again.", error["message"]!.ToString());
        Assert.Equal(1, (int)error["data"]!["retryAfter"]!);
        Assert.Equal(1, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal(received, Api.Requests.Count);
        Assert.Contains(replica.OutageLines, line => line.Contains("requests are refused", StringComparison.Ordinal));
        Assert.Contains(replica.Signals.Collect(), point => point is { Name: "ordersmcp.limit_store.away", Value: 1 });
        Assert.Contains(
            replica.Signals.Collect(),
            point => point.Name == "ordersmcp.rate_limit.refusals" && (string?)point.Tags["ordersmcp.rate_limit.name"] == "store");
    }

    [Fact]
    public async Task Store_that_does_not_answer_costs_three_calls_the_time_out_and_then_none()
    {
        await using var replica = await Replica.StartAsync(Api, Store.ConnectionString, ("Mcp:Limits:Store:Timeout", "00:00:00.200"));
        do
        {
            Assert.Equal(HttpStatusCode.OK, await replica.StatusAsync()); // until one is in time: only failures in a row count
        }
        while (replica.Asked("rate", failure: null) == 0);
        var (trace, before) = (ActivityTraceId.CreateRandom(), replica.Asked("rate", "timeout"));

        await Store.FreezeAsync();
        using var first = await replica.SendAsync(headers: ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));
        for (var call = 0; call < 30; call++)
        {
            Assert.Equal(HttpStatusCode.OK, await replica.StatusAsync());
        }

        Assert.Equal(before + 3, replica.Asked("rate", "timeout"));
        var span = replica.Signals.SpansOf(trace, spans => spans.Any(span => span.DisplayName == "limits rate")).Single(span => span.DisplayName == "limits rate");
        Assert.Equal((ActivityKind.Client, ActivityStatusCode.Error), (span.Kind, span.Status));
        Assert.Equal(("redis", "timeout"), (span.GetTagItem("db.system.name"), span.GetTagItem("error.type")));
        Assert.InRange(span.Duration, TimeSpan.FromMilliseconds(190), TimeSpan.FromSeconds(10));
        await Store.ThawAsync();
        await replica.Application.WaitForHealthAsync("Healthy");
        Assert.Contains("is away (timeout)", replica.OutageLines.First(), StringComparison.Ordinal);
        Assert.Contains("is back after", replica.OutageLines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_that_is_away_at_the_start_does_not_prevent_it_and_its_password_is_in_no_log()
    {
        const string Password = "correct-horse-battery-staple";
        using var nobody = new RefusingPort();
        var address = nobody.Address["http://".Length..];

        await using var replica = await Replica.StartAsync(Api, $"{address},user=limits,password={Password}", "Degraded", []);

        Assert.Equal(HttpStatusCode.OK, await replica.StatusAsync());
        Assert.Single(replica.OutageLines);
        Assert.DoesNotContain(replica.Log.Lines, line => line.Contains(Password, StringComparison.Ordinal));
        Assert.DoesNotContain(replica.Signals.Logs, line => line.Contains(Password, StringComparison.Ordinal));
    }
}
