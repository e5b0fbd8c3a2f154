using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Observability;

/// <summary>The spans of the API and of its statements, on a real database.</summary>
[Trait("Category", "Postgres")]
public sealed class ApiSpanTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Canary = "canary7f3a";

    [Fact]
    public async Task Statement_is_named_by_what_it_does_and_has_its_text_with_parameters()
    {
        var spans = await SpansOfAsync(new HttpRequestMessage(HttpMethod.Get, "/orders/1"));

        var server = Assert.Single(spans, span => span.Kind == ActivityKind.Server);
        Assert.Equal("GET /orders/{orderId}", server.DisplayName);
        Assert.Equal("/orders/1", server.GetTagItem("url.path"));
        var statement = spans.First(span => span.Source.Name == "Npgsql");
        Assert.StartsWith("SELECT ", statement.DisplayName, StringComparison.Ordinal);
        Assert.Contains("orders", statement.DisplayName, StringComparison.Ordinal);
        Assert.Equal(statement.DisplayName, statement.GetTagItem("db.query.summary"));
        Assert.Equal("postgresql", statement.GetTagItem("db.system.name"));
        Assert.NotNull(statement.GetTagItem("db.namespace"));
        Assert.NotNull(statement.GetTagItem("db.query.text"));
        Assert.NotNull(statement.GetTagItem("server.address"));
        Assert.Equal("ordersdb", statement.GetTagItem("db.npgsql.data_source")); // not the connection string, which contains a user
    }

    public static TheoryData<string, string, string?> Requests => new()
    {
        { "GET", $"/customers/{Canary}@example.org", null },
        { "GET", $"/customers?q={Canary}", null },
        { "GET", $"/orders?q={Canary}", null },
        { "GET", $"/products/{Canary}", null },
        { "POST", "/orders/1/notes", $$"""{"text":"{{Canary}}","note":"{{Canary}}"}""" },
        { "POST", "/orders", $$"""{"customerId":1234,"note":"{{Canary}}","lines":[{"sku":"{{Canary}}","quantity":1}]}""" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Text_of_a_caller_is_in_no_span(string method, string path, string? body)
    {
        var spans = await SpansOfAsync(new HttpRequestMessage(HttpMethod.Parse(method), path)
        {
            Content = body is null ? null : JsonContent.Create(JsonNode.Parse(body)),
        });

        Assert.Contains(spans, span => span.Kind == ActivityKind.Server);
        Assert.All(spans, span =>
        {
            Assert.DoesNotContain(Canary, span.DisplayName, StringComparison.Ordinal);
            Assert.DoesNotContain(Canary, span.StatusDescription ?? "", StringComparison.Ordinal);
            Assert.All(span.TagObjects, tag => Assert.DoesNotContain(Canary, tag.Value?.ToString() ?? "", StringComparison.Ordinal));
            Assert.All(span.Events.SelectMany(one => one.Tags), tag => Assert.DoesNotContain(Canary, tag.Value?.ToString() ?? "", StringComparison.Ordinal));
        });
    }

    private async Task<IReadOnlyList<Activity>> SpansOfAsync(HttpRequestMessage request)
    {
        var trace = ActivityTraceId.CreateRandom();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == trace)
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using (request)
        {
            request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
            using var response = await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        }

        await Until.TrueAsync(() => spans.Any(span => span.Kind == ActivityKind.Server), () => "The request has no span.");
        return [.. spans];
    }
}
