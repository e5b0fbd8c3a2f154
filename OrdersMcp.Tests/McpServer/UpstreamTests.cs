using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>What only a real connection shows of an API: encodings, time, streams without an end, a closed port.</summary>
[Trait("Category", "Postgres")]
public sealed class UpstreamTests : IAsyncLifetime
{
    private TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(Documents.Things);

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Encoded_answer_is_decoded(string encoding)
    {
        _api.Answer = context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            context.Response.ContentType = "application/json";
            return WriteEncodedAsync(context.Response, encoding, """{"id":"7"}""");
        };
        await using var server = McpApplication.Start(_api.Address);

        Assert.Equal("""{"id":"7"}""", await GetThingAsync(server));
    }

    [Fact]
    public async Task Decoded_answer_counts_against_the_limit()
    {
        _api.Answer = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.ContentType = "application/json";
            return WriteEncodedAsync(context.Response, "gzip", $$"""{"id":"{{new string('x', 5_000_000)}}"}""");
        };
        await using var server = McpApplication.Start(_api.Address);

        Assert.Contains("more than 4194304 bytes", await GetThingAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_is_not_encoded_as_it_says_is_an_error_of_the_answer()
    {
        _api.Answer = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.WriteAsync("no gzip at all");
        };
        await using var server = McpApplication.Start(_api.Address);

        Assert.Contains("cannot be decoded", await GetThingAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_stream_without_an_end_is_what_came_within_the_time()
    {
        _api.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using var server = McpApplication.Start(_api.Address, ("Mcp:Apis:0:Timeout", "00:00:01"));

        var text = await GetThingAsync(server, whole: true);

        Assert.Contains("data: 1", text, StringComparison.Ordinal);
        Assert.Contains("had not ended", text, StringComparison.Ordinal);
        Assert.DoesNotContain("isError", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeout_of_an_api_is_the_time_of_its_pipeline()
    {
        // An attempt of the pipeline has a tenth of a second here, as it has ten seconds elsewhere.
        _api.Answer = async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1500), context.RequestAborted);
            await context.Response.WriteAsJsonAsync(new { id = "7" });
        };
        await using var server = McpApplication.StartWith(
            _api.Address,
            services => services.PostConfigureAll<Microsoft.Extensions.Http.Resilience.HttpStandardResilienceOptions>(options =>
            {
                options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(100);
                options.TotalRequestTimeout.Timeout = TimeSpan.FromMilliseconds(300);
            }),
            ("Mcp:Apis:0:Timeout", "00:00:20"));

        Assert.Equal("""{"id":"7"}""", await GetThingAsync(server));
        Assert.Single(_api.Requests);
    }

    [Fact]
    public async Task Timeout_shortens_too()
    {
        _api.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var server = McpApplication.Start(_api.Address, ("Mcp:Apis:0:Timeout", "00:00:00.5"));
        var started = Stopwatch.GetTimestamp();

        Assert.Contains("did not answer in time", await GetThingAsync(server), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.5, 20);
    }

    [Fact]
    public async Task Closed_port_is_named_in_the_log_and_not_in_the_result()
    {
        var log = new CapturedLog();
        using var port = new RefusingPort();
        await using var server = McpApplication.StartWith(
            _api.Address, services => services.AddLogging(logging => logging.AddProvider(log)),
            ("Mcp:Apis:0:BaseAddress", port.Address));

        var text = await GetThingAsync(server);

        Assert.Contains("the connection was refused", text, StringComparison.Ordinal);
        Assert.DoesNotContain(new Uri(port.Address).Port.ToString(), text, StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains($"127.0.0.1:{new Uri(port.Address).Port} could not be reached: the connection was refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answer_that_breaks_its_schema_is_told_to_the_operator_once()
    {
        var log = new CapturedLog();
        _api.Answer = context => context.Response.WriteAsJsonAsync(new { id = "7", parts = new[] { new { name = 1 } } });
        await using var server = McpApplication.StartWith(_api.Address, services => services.AddLogging(logging => logging.AddProvider(log)));

        await GetThingAsync(server);
        await GetThingAsync(server);

        Assert.Single(log.Lines, line => line.Contains("an answer of get_thing is not what the document says: parts[].name", StringComparison.Ordinal));
    }

    private static async Task<string> GetThingAsync(McpApplication server, bool whole = false)
    {
        await server.WaitForHealthAsync("Healthy");
        var result = (await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "7" }))["result"]!;
        return whole ? result.ToJsonString() : result["content"]![0]!["text"]!.ToString();
    }

    private static async Task WriteEncodedAsync(HttpResponse response, string encoding, string text)
    {
        await using Stream encoded = encoding switch
        {
            "gzip" => new GZipStream(response.Body, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(response.Body, CompressionLevel.Fastest),
            _ => new BrotliStream(response.Body, CompressionLevel.Fastest),
        };
        await encoded.WriteAsync(Encoding.UTF8.GetBytes(text));
    }
}
