using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.Playground;

/// <summary>The telemetry of conversations, by the OpenTelemetry conventions for generative AI.</summary>
[Collection(PlaygroundCollection.Name)]
[Trait("Category", "Unit")]
public sealed class TelemetryTests(PlaygroundFixture fixture)
{
    private const string Secret = "How is order 7 of my neighbour?";

    [Fact]
    public async Task Loop_turns_and_calls_are_spans_of_one_trace_without_content()
    {
        var spans = await AskAsync(settings: []);

        var agent = spans.Single(span => span.DisplayName == "invoke_agent playground");
        Assert.Equal(("invoke_agent", "playground", "test-model"), (agent.GetTagItem("gen_ai.operation.name"), agent.GetTagItem("gen_ai.agent.name"), agent.GetTagItem("gen_ai.request.model")));
        Assert.Equal((200L, 40L), (agent.GetTagItem("gen_ai.usage.input_tokens"), agent.GetTagItem("gen_ai.usage.output_tokens")));
        Assert.EndsWith("POST /analyze", spans.Single(span => span.SpanId == agent.ParentSpanId).DisplayName, StringComparison.Ordinal);
        var chats = spans.Where(span => span.DisplayName == "chat test-model").OrderBy(span => span.StartTimeUtc).ToArray();
        Assert.Equal(2, chats.Length);
        Assert.All(chats, chat =>
        {
            Assert.Equal(agent.SpanId, chat.ParentSpanId);
            Assert.Equal(("chat", "anthropic", 100L, 20L), (chat.GetTagItem("gen_ai.operation.name"), chat.GetTagItem("gen_ai.provider.name"), Convert.ToInt64(chat.GetTagItem("gen_ai.usage.input_tokens")), Convert.ToInt64(chat.GetTagItem("gen_ai.usage.output_tokens"))));
        });
        Assert.Contains("tool_call", chats[0].GetTagItem("gen_ai.response.finish_reasons")!.ToString()!, StringComparison.Ordinal);
        var calls = spans.Where(span => span.DisplayName == "execute_tool get_order").OrderBy(span => span.StartTimeUtc).ToArray();
        Assert.Equal(2, calls.Length);
        Assert.All(calls, call => Assert.Equal(
            (agent.SpanId, "execute_tool", "get_order", "tools/call"),
            (call.ParentSpanId, call.GetTagItem("gen_ai.operation.name"), call.GetTagItem("gen_ai.tool.name"), call.GetTagItem("mcp.method.name"))));
        // The SDK of the MCP client would put the result into the status.
        Assert.Equal((ActivityStatusCode.Error, null, "tool_error"), (calls[1].Status, calls[1].StatusDescription, calls[1].GetTagItem("error.type")));
        var all = string.Join('\n', spans.Select(span => string.Join('\n', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Concat(span.Events.SelectMany(each => each.Tags).Select(tag => $"{tag.Value}")))));
        Assert.DoesNotContain("neighbour", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Ignore all rules", all, StringComparison.Ordinal);
        Assert.DoesNotContain(TestModelApi.Key, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_is_recorded_only_if_the_setting_says_so()
    {
        var spans = await AskAsync(("Playground:RecordContent", "true"));

        Assert.Contains(spans, span => span.GetTagItem("gen_ai.input.messages")?.ToString()?.Contains("neighbour", StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task Failure_of_a_model_leaves_no_key_in_spans_and_logs()
    {
        var signals = new RecordedSignals();
        await using var playground = PlaygroundApplication.StartWith(signals.Configure, fixture.Settings);

        using var response = await playground.PostAsync("/analyze", new JsonObject { ["model"] = "gpt-wrong", ["question"] = Secret });

        Assert.Contains("Playground:Models:gpt-wrong:ApiKey", await PlaygroundFixture.TextOfAsync(response), StringComparison.Ordinal);
        var chat = signals.Wait(span => span.DisplayName == "chat test-model", spans => spans.Any(span => span.Status == ActivityStatusCode.Error))[^1];
        Assert.Contains("ModelFailedException", chat.GetTagItem("error.type")!.ToString()!, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-wrong", $"{chat.StatusDescription} {string.Join(' ', chat.Events.SelectMany(each => each.Tags))} {string.Join(' ', signals.Logs)}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("gpt")]
    public async Task What_a_provider_says_about_a_failed_request_is_in_no_span_and_no_log(string model)
    {
        var signals = new RecordedSignals();
        await using var playground = PlaygroundApplication.StartWith(signals.Configure, fixture.Settings);
        fixture.Models.Begin(ModelTurn.Fail(400));

        using var response = await playground.PostAsync("/generate", new JsonObject { ["model"] = model, ["prompt"] = Secret });

        Assert.Contains("is too long.", (await PlaygroundFixture.JsonOfAsync(response))["detail"]!.ToString(), StringComparison.Ordinal);
        var chat = signals.Wait(span => span.DisplayName == "chat test-model", spans => spans.Any(span => span.Status == ActivityStatusCode.Error))[^1];
        Assert.Equal("The model refuses the request", chat.StatusDescription);
        Assert.DoesNotContain("is too long.", $"{string.Join(' ', chat.Events.SelectMany(each => each.Tags))} {string.Join(' ', signals.Logs)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_message_of_a_web_socket_is_a_trace_of_its_own()
    {
        var signals = new RecordedSignals();
        await using var playground = PlaygroundApplication.StartWith(signals.Configure, fixture.Settings);
        var request = new JsonObject { ["messages"] = new JsonArray(PlaygroundFixture.User("Show order 7")) };
        using (var socket = await ChatClient.ConnectAsync(playground.Address))
        {
            var traces = new List<string>();
            for (var i = 0; i < 2; i++)
            {
                await socket.SendAsync(request);
                traces.Add((await socket.ReadToEndAsync())[0]["data"]!["traceId"]!.ToString());
            }

            Assert.Equal(2, traces.Distinct().Count());
            await socket.CloseAsync();
        }

        var upgrade = signals.Wait(span => span.DisplayName == "GET /ws/chat", spans => spans.Count == 1).Single();
        var messages = signals.Wait(span => span.DisplayName == "message /ws/chat", spans => spans.Count == 2);
        Assert.All(messages, message =>
        {
            Assert.NotEqual(upgrade.TraceId, message.TraceId);
            Assert.Equal(default, message.ParentSpanId);
            Assert.Equal(upgrade.SpanId, message.Links.Single().Context.SpanId);
            Assert.Contains(signals.SpansOf(message.TraceId, spans => spans.Count > 1), span => span.DisplayName == "invoke_agent playground" && span.ParentSpanId == message.SpanId);
        });
    }

    [Fact]
    public async Task Answer_that_is_stopped_counts_with_an_estimate()
    {
        var signals = new RecordedSignals();
        await using var playground = PlaygroundApplication.StartWith(signals.Configure, fixture.Settings);
        fixture.Models.Begin(ModelTurn.Hang("Let me think about it."));
        var chat = new JsonObject { ["model"] = "gpt", ["messages"] = new JsonArray(PlaygroundFixture.User("Hello")) };
        using (var response = await playground.PostAsync("/chat/stream", chat))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("about it", StringComparison.Ordinal))
            {
            }
        }

        var agent = signals.Wait(span => Equals(span.GetTagItem("ordersmcp.playground.end"), "stopped"), spans => spans.Count > 0).Single();
        Assert.True((long)agent.GetTagItem("gen_ai.usage.input_tokens")! > 100);
        Assert.Equal(6L, agent.GetTagItem("gen_ai.usage.output_tokens")); // 22 characters
    }

    [Fact]
    public async Task Answer_of_a_model_alone_costs_too()
    {
        var cost = 0.0;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "ordersmcp.playground.cost")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => cost += value);
        listener.Start();
        await using var playground = PlaygroundApplication.Start(fixture.Settings);
        fixture.Models.Begin(ModelTurn.Say("Four."));

        using var response = await playground.PostAsync("/generate", new JsonObject { ["model"] = "claude", ["prompt"] = "Two and two?" });

        Assert.Equal(0.2m, (decimal)(await PlaygroundFixture.JsonOfAsync(response))["cost"]!);
        Assert.Equal(0.2, cost, 6); // 100 tokens at 1,000 and 20 at 5,000 for a million
    }

    [Fact]
    public async Task Tokens_times_and_costs_are_measured()
    {
        var measured = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "OrdersMcp.Playground")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => measured.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            // An earlier conversation that was stopped may end now.
            if (!tags.ToArray().Any(tag => Equals(tag.Value, "stopped")))
            {
                measured.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
            }
        });
        listener.Start();

        await AskAsync(settings: []);

        Assert.Equal(240, measured["gen_ai.client.token.usage"]);
        Assert.Equal(0.4, measured["ordersmcp.playground.cost"], 6); // 200 tokens at 1,000 and 40 at 5,000 for a million
        Assert.Equal(1, measured["ordersmcp.playground.conversations"]);
        Assert.True(measured["gen_ai.client.operation.duration"] > 0);
        Assert.True(measured["gen_ai.client.operation.time_to_first_chunk"] > 0);
    }

    private async Task<IReadOnlyList<Activity>> AskAsync(params (string Key, string Value)[] settings)
    {
        var signals = new RecordedSignals();
        await using var playground = PlaygroundApplication.StartWith(signals.Configure, [.. fixture.Settings, .. settings]);
        fixture.Models.Begin(ModelTurn.Call(("get_order", """{"orderId":7}"""), ("get_order", """{"orderId":8}""")), ModelTurn.Say("It is pending."));
        using var response = await playground.PostAsync("/analyze", new JsonObject { ["model"] = "claude", ["question"] = Secret });
        var trace = ActivityTraceId.CreateFromString((await PlaygroundFixture.JsonOfAsync(response))["traceId"]!.ToString());
        return signals.SpansOf(trace, spans => spans.Any(span => span.DisplayName == "POST /analyze"));
    }
}
