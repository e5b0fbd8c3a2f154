using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Api.Changes;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Telemetry;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>The stream of changes says which document readers should have. In development the API has another one.</summary>
[Trait("Category", "Postgres")]
public sealed class DocumentNoticeTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readers_of_every_replica_hear_of_the_document_of_the_last_one_until_it_stops()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var old = new ApiFactory(database);
        await old.IsReadyAsync(Cancellation);
        var next = new ApiFactory(database, environment: "Development");
        await using var reader = await ChangeReader.OpenAsync(old.CreateClient());
        var own = await TagAsync(old);
        Assert.Equal(own, await reader.NextDocumentAsync());

        await next.IsReadyAsync(Cancellation);
        var tag = await TagAsync(next);
        await UntilAsync(tag);
        await using var late = await ChangeReader.OpenAsync(old.CreateClient());
        Assert.Equal(tag, await late.NextDocumentAsync());
        await next.DisposeAsync();
        await UntilAsync(own);

        Assert.NotEqual(own, tag);

        async Task UntilAsync(string expected)
        {
            while (await reader.NextDocumentAsync() != expected)
            {
                // a replica also hears what it says itself
            }
        }
    }

    [Theory]
    [InlineData("new", "started new")]
    [InlineData("own", "started new", "stopped new")]
    [InlineData("new", "started new", "stopped own")]
    [InlineData("own", "stopped old")] // for readers that still have the old one
    [InlineData("new", "started own", "started new")]
    [InlineData("own", "started new", "started own")]
    public async Task Last_document_that_a_replica_started_with_and_still_has_counts(string expected, params string[] notices)
    {
        await using var api = new ApiFactory("Host=127.0.0.1;Port=1");
        var served = api.Services.GetRequiredService<ServedDocument>();
        var own = (await served.ReadAsync()).Tag.ToString();
        var streams = new ChangeStreams(api.Services.GetRequiredService<OrdersMetrics>());
        using var stream = streams.Open()!;
        var latest = new LatestDocument(served, streams);

        foreach (var notice in notices)
        {
            await latest.HearAsync(notice.Replace("own", own, StringComparison.Ordinal));
        }

        Assert.Equal(expected.Replace("own", own, StringComparison.Ordinal), await latest.TagAsync());
        var told = notices.Select(_ => stream.Changes.TryRead(out var change) ? change : null).ToArray();
        Assert.Null(told[^1]!.Horizon);
        using var data = JsonDocument.Parse(told[^1]!.Data);
        Assert.Equal(await latest.TagAsync(), data.RootElement.GetProperty("entityTag").GetString());
    }

    private static async Task<string> TagAsync(ApiFactory api)
    {
        using var client = api.CreateClient();
        using var response = await client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancellation);
        return response.Headers.ETag!.Tag;
    }
}
