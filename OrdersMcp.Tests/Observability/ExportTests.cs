using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>The telemetry that a collector receives over OTLP.</summary>
[Trait("Category", "Postgres")]
public sealed class ExportTests
{
    private const string Canary = "canary7f3a";

    [Fact]
    public async Task Text_from_callers_and_the_api_is_not_exported()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context =>
        {
            context.Response.StatusCode = HttpMethods.IsPost(context.Request.Method) ? 409 : 200;
            context.Response.ContentType = context.Response.StatusCode == 409 ? "application/problem+json" : "application/json";
            context.Response.Headers["X-Answer"] = Canary;
            return context.Response.WriteAsync($$"""{"id":"{{Canary}}","note":"{{Canary}}","title":"{{Canary}}","detail":"{{Canary}}"}""");
        };
        await using var collector = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        await using var server = await McpProcess.StartAsync(api.Address, folder.Path, Export(collector.Address));
        (string, string)[] headers =
        [
            ("Authorization", $"Bearer {Canary}"), ("Cookie", $"a={Canary}"), ("X-Custom", Canary), ("baggage", $"a={Canary}"), ("Referer", $"http://{Canary}/"),
        ];
        var meta = new JsonObject { ["baggage"] = $"b={Canary}", ["progressToken"] = $"{Canary}-and-more", [$"example.org/{Canary}"] = Canary };
        JsonObject[] answers =
        [
            await server.CallAsync("get_thing", new JsonObject { ["thingId"] = Canary }, headers, meta),
            await server.CallAsync("list_things", new JsonObject { ["kind"] = new JsonArray(Canary), ["X-Region"] = Canary }, headers, meta),
            await server.CallAsync("create_thing", new JsonObject { ["name"] = Canary }, headers, meta),
            await server.CallAsync("get_thing", new JsonObject { [Canary] = Canary }, headers, meta),
            await server.CallAsync(Canary, new JsonObject { ["x"] = Canary }, headers, meta),
        ];
        // The last export, at the end of the process, has little time on a busy machine.
        await Until.TrueAsync(() => collector.Has("logs", "create_thing"u8), () => $"No logs of the call were exported. {server.Output}");
        await server.StopAsync();

        // The collector received the calls, so the following assertions do not pass only because nothing was sent.
        Assert.All(answers.Take(4), answer => Assert.Contains(Canary, answer.ToJsonString(), StringComparison.Ordinal));
        Assert.True(collector.Has("traces", "tools/call create_thing"u8), server.Output);
        Assert.True(collector.Has("metrics", "ordersmcp.tool.calls"u8));
        foreach (var signal in collector.Bodies.Keys)
        {
            Assert.Null(collector.Around(signal, Encoding.UTF8.GetBytes(Canary)));
        }

        Assert.DoesNotContain(Canary, server.Output, StringComparison.Ordinal);
        Assert.All(api.Audit.Values, record => Assert.DoesNotContain(Canary, record.ToJsonString(), StringComparison.Ordinal));
        Assert.Equal(5, api.Audit.Count);
    }

    [Fact]
    public async Task Exports_probes_readings_of_the_document_and_deliveries_make_no_spans()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        await using var collector = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var http = OutsideClient.Shared;
        await using var server = await McpProcess.StartAsync(api.Address, folder.Path, Export(collector.Address));
        foreach (var path in new[] { "/health", "/alive" })
        {
            using var probe = await http.GetAsync(new Uri(server.Endpoint, path), TestContext.Current.CancellationToken);
            Assert.NotEqual(HttpStatusCode.NotFound, probe.StatusCode); // ready or not yet
        }

        await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });
        await Until.TrueAsync(() => !api.Audit.IsEmpty, () => "Nothing is on record.");
        // Three times: a span of the first export would be in the second or third.
        await Until.TrueAsync(() => collector.Bodies.GetValueOrDefault("metrics")?.Count >= 3, () => "There were fewer than three exports.");
        await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "b" });
        await server.StopAsync();

        Assert.True(collector.Has("traces", Encoding.UTF8.GetBytes($"{api.Address}/things/")), server.Output); // a client span contains this
        Assert.True(collector.Has("traces", "POST /mcp"u8));
        foreach (var path in new[] { $"{collector.Address}/", "/v1/traces", "/health", "/alive", "/openapi", "/admin/tool-calls" })
        {
            Assert.Null(collector.Around("traces", Encoding.UTF8.GetBytes(path)));
        }
    }

    [Theory]
    [InlineData("traceidratio", "0", true, false)]
    [InlineData("traceidratio", "1", false, true)]
    [InlineData("parentbased_traceidratio", "0", true, true)]
    [InlineData("parentbased_always_on", "", false, false)]
    public async Task Standard_variables_set_the_sampler(string sampler, string argument, bool isParentSampled, bool isExported)
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        await using var collector = await OtlpReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        await using var server = await McpProcess.StartAsync(
            api.Address, folder.Path, [.. Export(collector.Address), ("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)]);
        var trace = ActivityTraceId.CreateRandom();

        await server.CallAsync(
            "get_thing", new JsonObject { ["thingId"] = "a" }, [("traceparent", $"00-{trace}-00f067aa0ba902b7-{(isParentSampled ? "01" : "00")}")]);
        await server.StopAsync();

        Assert.True(collector.Has("metrics", "ordersmcp.tool.calls"u8), server.Output); // measured even if not sampled
        Assert.Equal(isExported, collector.Has("traces", Convert.FromHexString(trace.ToString())));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unavailable_collector_delays_and_loses_no_call(bool isListening)
    {
        const int Calls = 50;
        using var hole = new TcpListener(IPAddress.Loopback, 0);
        hole.Start(); // the system accepts connections, and nothing responds
        using var gone = new RefusingPort();
        var collector = isListening ? $"http://127.0.0.1:{((IPEndPoint)hole.LocalEndpoint).Port}" : gone.Address;

        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        using var folder = new TemporaryFolder();
        await using var exporting = await McpProcess.StartAsync(api.Address, folder.Path, Export(collector));
        await using var silent = await McpProcess.StartAsync(api.Address, folder.Path);
        var times = new Dictionary<McpProcess, List<double>> { [exporting] = [], [silent] = [] };
        for (var i = 0; i < Calls; i++)
        {
            foreach (var (server, durations) in times)
            {
                var started = Stopwatch.GetTimestamp();
                var answer = await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });
                durations.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                Assert.NotNull(answer["result"]);
            }
        }

        // Measured alternately on the same machine. If calls waited for the export, they would take its timeout of 10 s.
        var (with, without) = (Median(times[exporting]), Median(times[silent]));
        Assert.True(with < (3 * without) + 50, $"A call takes {with} ms with the collector and {without} ms without any.");
        await Until.TrueAsync(() => api.Audit.Count == 2 * Calls, () => "A call is not on record.");

        static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
    }

    private static (string, string)[] Export(string address) =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_BLRP_SCHEDULE_DELAY", "200"), ("Logging__LogLevel__Default", "Debug"),
    ];
}
