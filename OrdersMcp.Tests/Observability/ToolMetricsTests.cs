using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Subscriptions;
using OrdersMcp.OpenApiTools.Telemetry;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>The server's metrics: their values, and their bounded number of time series.</summary>
[Trait("Category", "Postgres")]
public sealed class ToolMetricsTests
{
    [Fact]
    public async Task Call_is_measured_and_its_points_lead_to_its_trace()
    {
        await using var api = await TestApi.StartAsync(Documents.Things.Replace("get_thing", "get_measured_thing", StringComparison.Ordinal));
        api.Answer = context =>
        {
            context.Response.Headers["Idempotency-Replayed"] = "true";
            return context.Response.WriteAsync("""{"id":"a"}""");
        };
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure);
        await server.WaitForHealthAsync("Healthy");
        var trace = ActivityTraceId.CreateRandom();

        await server.CallAsync("get_measured_thing", new JsonObject { ["thingId"] = "a" }, ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        signals.SpansOf(trace, spans => spans.Count == 3);

        var points = signals.Collect().Where(point => point.Tags.GetValueOrDefault("gen_ai.tool.name") is "get_measured_thing").ToArray();
        var duration = Point("mcp.server.operation.duration");
        Assert.Equal("s", duration.Unit);
        Assert.Equal("tools/call", duration.Tags["mcp.method.name"]);
        Assert.Equal("2026-07-28", duration.Tags["mcp.protocol.version"]);
        Assert.Equal("tcp", duration.Tags["network.transport"]);
        Assert.Contains(trace.ToString(), duration.ExemplarTraces);
        Assert.Equal("ok", Point("ordersmcp.tool.calls").Tags["ordersmcp.outcome"]);
        Assert.Equal(10, Point("ordersmcp.tool.result.size").Value);
        Assert.Equal(15, Point("ordersmcp.tool.arguments.size").Value);
        Assert.True(Point("ordersmcp.tool.result.tokens").Value > 0);
        Assert.Equal(1, Point("ordersmcp.idempotency.replays").Value);
        Assert.Equal(4, signals.Points.Single(point => point.Name == "ordersmcp.catalog.tools").Value);
        Assert.Contains(signals.Points, point => point.Name == "ordersmcp.catalog.age");
        Assert.Contains(signals.Points, point => point.Name == "dotnet.gc.collections");
        Assert.Contains(signals.Points, point => point.Name == "http.server.request.duration");

        RecordedSignals.Point Point(string name) => Assert.Single(points, point => point.Name == name);
    }

    [Fact]
    public async Task Truncated_results_and_unreadable_documents_are_counted()
    {
        await using var api = await TestApi.StartAsync(Documents.Things.Replace("list_things", "list_cut_things", StringComparison.Ordinal));
        api.Answer = context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync($$"""{"items":[{{string.Join(',', Enumerable.Repeat("""{"id":"0123456789"}""", 200))}}]}""");
        };
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure, ("Mcp:ResultByteBudget", "1024"));
        await server.WaitForHealthAsync("Healthy");
        var trace = ActivityTraceId.CreateRandom();

        await server.CallAsync("list_cut_things", [], ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        api.Document = "no document";
        using var refreshed = await server.SendAsync(HttpMethod.Post, "/catalog/refresh");

        var call = signals.SpansOf(trace, spans => spans.Any(IsCall)).Single(IsCall);
        Assert.Equal(true, call.GetTagItem("ordersmcp.result.cut"));
        Assert.True((int)call.GetTagItem("ordersmcp.result.size")! < 2048);
        Assert.Equal(1, signals.Collect().Single(point =>
            point.Name == "ordersmcp.tool.result.cuts" && point.Tags.GetValueOrDefault("gen_ai.tool.name") is "list_cut_things").Value);
        // The server reads again soon after a failure, which fails as well.
        Assert.InRange(signals.Points.Single(point => point.Name == "ordersmcp.catalog.refresh.failures").Value, 1, double.MaxValue);

        static bool IsCall(Activity span) => span.DisplayName == "tools/call list_cut_things";
    }

    [Fact]
    public async Task Names_from_clients_are_not_labels()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure);
        await server.WaitForHealthAsync("Healthy");
        for (var i = 0; i < 20; i++)
        {
            await server.CallAsync($"canary-tool-{i}", []);
            using var response = await server.PostAsync(
                System.Net.Http.Json.JsonContent.Create(Messages.Request($"canary/{i}", [])),
                (Messages.VersionHeader, Messages.Version), ("Mcp-Method", $"canary/{i}"));
        }

        var values = signals.Collect().SelectMany(point => point.Tags.Values).OfType<string>().ToArray();

        Assert.DoesNotContain(values, value => value.Contains("canary", StringComparison.Ordinal));
        Assert.Contains("_OTHER", values);
    }

    [Fact]
    public void Ten_thousand_clients_are_a_bounded_number_of_labels_and_known_ones_stay_themselves()
    {
        var names = new ClientNames();
        var labels = new HashSet<string>(StringComparer.Ordinal);
        Parallel.For(0, 10_000, i =>
        {
            var (name, _) = ClientNames.Of(new Implementation { Name = $"Agent №{i} <b>", Version = "1" }, userAgent: null);
            lock (labels)
            {
                labels.Add(names.Label(name));
            }
        });

        Assert.True(labels.Count <= ClientNames.MostOthers + 1, $"{labels.Count} labels");
        Assert.All(labels, label => Assert.Matches("^[a-z0-9._-]{1,40}$", label));
        Assert.Contains(ClientNames.Other, labels);
        Assert.Equal("claude-code", names.Label("claude-code"));
    }

    [Fact]
    public void Who_is_turned_away_takes_no_label_of_others()
    {
        var names = new ClientNames();

        Assert.Equal(ClientNames.Other, names.LabelOfStranger("agent"));
        Assert.Equal("agent", names.Label("agent"));
        Assert.Equal("agent", names.LabelOfStranger("agent"));
    }

    [Theory]
    [InlineData("Visual Studio Code", "visual-studio-code")]
    [InlineData("  ", "unknown")]
    [InlineData("a\u0000\r\nb", "a-b")]
    [InlineData("Ärger@example.org", "rger-example.org")]
    public void Client_name_is_normalized(string name, string expected) =>
        Assert.Equal(expected, ClientNames.Of(new Implementation { Name = name, Version = "" }, userAgent: null).Name);

    [Fact]
    public void Client_without_a_name_is_the_first_product_of_its_user_agent()
    {
        Assert.Equal(("claude-code", "2.1.4"), ClientNames.Of(client: null, "claude-code/2.1.4 (cli; linux)"));
    }

    [Fact]
    public async Task Confirmations_streams_and_limits_are_counted_by_who_knows_of_them()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address);
        var metrics = server.Services.GetRequiredService<ToolMetrics>();
        var confirmations = server.Services.GetRequiredService<ConfirmationMetrics>();
        var subscriptions = server.Services.GetRequiredService<SubscriptionMetrics>();
        var seen = new List<(string Name, long Value, string Tags)>();
        using var listener = new MeterListener();
        var factory = server.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == McpAttributes.Meter && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen.Add((instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => tag.Value)))));
        listener.Start();

        confirmations.Count("cancel", ConfirmationStep.Asked);
        confirmations.Count("cancel", ConfirmationStep.Given);
        confirmations.Count("cancel", ConfirmationStep.Refused);
        metrics.RateLimited("calls");
        var stream = subscriptions.SubscriptionOpened();
        stream.Dispose();
        stream.Dispose();
        metrics.CallCounted("cancel", ToolOutcome.Declined, "claude-code");

        Assert.Equal(
            [
                ("ordersmcp.confirmations", 1, "cancel,asked"), ("ordersmcp.confirmations", 1, "cancel,given"),
                ("ordersmcp.confirmations", 1, "cancel,refused"), ("ordersmcp.rate_limit.refusals", 1, "calls"),
                ("ordersmcp.subscriptions.open", 1, ""), ("ordersmcp.subscriptions.open", -1, ""),
                ("ordersmcp.tool.calls", 1, "cancel,declined,claude-code"),
            ],
            seen);
    }
}
