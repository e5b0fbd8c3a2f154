using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>
/// 200 calls of every tool and with every cause of failure, in both eras, over both transports: all of them are in the
/// dashboard as complete traces, and once each in the audit.
/// </summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class TwoHundredCallsTests(SharedStack shared)
{
    private const int Most = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = OutsideClient.Shared;

    private string Api => shared.Stack.Api.Url;

    [Fact]
    public async Task Each_of_200_mixed_calls_is_one_complete_trace_and_one_record()
    {
        using var dashboard = new Dashboard(shared.Dashboard);
        using var audit = new TemporaryFolder();
        var log = new CallLog();
        var endpoint = new Uri(shared.Stack.Mcp.Endpoint);
        var (modern, legacy) = (new HttpToolCaller(endpoint, "mcp", ToolCaller.Modern, log), new HttpToolCaller(endpoint, "mcp", ToolCaller.Legacy, log));
        await using var modernStdio = await StdioToolCaller.StartAsync(Api, "mcp-stdio", ToolCaller.Modern, log, Environment("mcp-stdio", audit));
        await using var legacyStdio = await StdioToolCaller.StartAsync(Api, "mcp-stdio", ToolCaller.Legacy, log, Environment("mcp-stdio", audit));

        try
        {
            await Task.WhenAll(new ToolCaller[] { modern, legacy, modernStdio, legacyStdio }.Select(CallMix.MakeAsync));
        }
        catch (InvalidOperationException exception)
        {
            var tail = (await shared.Stack.ConsoleAsync("mcp")).Split('\n').TakeLast(200);
            throw new InvalidOperationException($"{exception.Message} The end of the log: {string.Join('\n', tail)}", exception);
        }

        await CallMix.AskAsync(modern);
        await CallMix.AskAsync(modernStdio);
        await CallWithoutApiAsync(log, audit);
        await CallSlowApiAsync(log, audit, modern, legacyStdio);
        await CallGuardedAsync(log, audit, modern);
        await using (await UnreadableTable.MakeAsync(shared.Stack.Postgres, "order_events"))
        {
            foreach (var caller in new[] { modern, (ToolCaller)legacyStdio })
            {
                await caller.CallAsync("get_order_history", new JsonObject { ["orderId"] = 1 }, new Expected("internal"));
            }
        }

        var unasked = new[] { modern, (ToolCaller)legacy };
        while (log.Count < Most)
        {
            var (tool, arguments) = CallMix.Readings[log.Count % CallMix.Readings.Length];
            await unasked[log.Count % 2].CallAsync(tool, arguments, Expected.Ok);
        }

        await modernStdio.EndAsync();
        await legacyStdio.EndAsync();

        Assert.Equal(Most, log.Count);
        // An answer over the budget is shortened; no tool of the orders API answers more than the server reads (4 MiB).
        Assert.Empty(Enum.GetValues<ToolOutcome>().Except([ToolOutcome.ResultTooLarge]).Select(ToolOutcomes.Text).Except(log.Calls.Select(call => call.Expected.Outcome)));
        var tools = (await Messages.ListAsync(endpoint)).Select(tool => tool!["name"]!.ToString());
        Assert.Empty(tools.Except(log.Calls.Where(call => call.Expected.Outcome == "ok").Select(call => call.Tool)));
        await dashboard.SpansAsync(spans => ProblemWith(log, spans), Patience);
        await AssertAuditAsync(log);

        // Nothing came after it.
        var all = await dashboard.SpansAsync(_ => null, Patience);
        Assert.Equal(Most, all.Count(TraceCheck.IsToolCall));
        Assert.Equal(Most, all.Where(TraceCheck.IsToolCall).Select(span => span.TraceId).Distinct().Count());
    }

    /// <summary>A server that knows the tools and whose API is gone. Its records are delivered by the next one of its folder.</summary>
    private async Task CallWithoutApiAsync(CallLog log, TemporaryFolder audit)
    {
        using var gone = new RefusingPort();
        await using var server = await McpProcess.StartAsync(Api, audit.Path, [
            .. Environment("mcp-cut-off", audit), ("Mcp__Apis__0__Document", $"{Api}/openapi/v1.json"), ("Mcp__Apis__0__BaseAddress", gone.Address),
            ("Mcp__Apis__0__OnBehalfOf", "false")]);
        await WaitForHealthAsync(server.Endpoint);
        foreach (var era in new[] { ToolCaller.Modern, ToolCaller.Legacy })
        {
            var caller = new HttpToolCaller(server.Endpoint, "mcp-cut-off", era, log);
            await caller.CallAsync("add_order_note", new JsonObject { ["orderId"] = 1, ["note"] = "Late." }, new Expected("upstream_unavailable", Reach.NoApi));
        }

        await server.StopAsync();
    }

    /// <summary>Calls that the API cannot answer yet: taken back by the client, or given up by the server.</summary>
    private async Task CallSlowApiAsync(CallLog log, TemporaryFolder audit, ToolCaller modern, ToolCaller legacyStdio)
    {
        await using var server = await McpProcess.StartAsync(Api, audit.Path, [
            .. Environment("mcp-hasty", audit), ("Mcp__Apis__0__Timeout", "00:00:01"), ("Mcp__Apis__0__OnBehalfOf", "false")]);
        await WaitForHealthAsync(server.Endpoint);
        await using (var orders = await LockedOrders.TakeAsync(shared.Stack.Postgres))
        {
            foreach (var caller in new[] { modern, legacyStdio })
            {
                await caller.CancelAsync("get_order", new JsonObject { ["orderId"] = 1 }, orders.SomebodyWaitsAsync);
                await orders.NobodyWaitsAsync();
            }

            foreach (var era in new[] { ToolCaller.Modern, ToolCaller.Legacy })
            {
                await new HttpToolCaller(server.Endpoint, "mcp-hasty", era, log)
                    .CallAsync("get_order", new JsonObject { ["orderId"] = 1 }, new Expected("upstream_timeout"));
                await orders.NobodyWaitsAsync();
            }
        }

        await server.StopAsync();
    }

    /// <summary>
    /// A server with a lock on its door and little to give: it refuses who shows no key, who may not, and who calls twice
    /// at once; and what it may pass on is less than the answer.
    /// </summary>
    private async Task CallGuardedAsync(CallLog log, TemporaryFolder audit, ToolCaller modern)
    {
        const string Service = "mcp-guarded";
        const string Reader = "reader";
        const string Second = "second-reader"; // the place of the first may be taken a little longer than its call
        var (key, secondKey) = (ApiKey.Create(), ApiKey.Create());
        await using var server = await McpProcess.StartAsync(Api, audit.Path, [
            .. Environment(Service, audit), ("Mcp__Apis__0__OnBehalfOf", "false"), ("Mcp__Limits__ConcurrentPerCaller", "1"),
            ("Mcp__ResultByteBudget", "1024"), .. Key(0, Reader, key), .. Key(1, Second, secondKey)]);
        await WaitForHealthAsync(server.Endpoint);
        var reader = new HttpToolCaller(server.Endpoint, Service, ToolCaller.Modern, log, key.Text);
        var first = new JsonObject { ["orderId"] = 1 };

        await using (var orders = await LockedOrders.TakeAsync(shared.Stack.Postgres))
        {
            await reader.CancelAsync("get_order", first, async () =>
            {
                await orders.SomebodyWaitsAsync();
                await reader.CallAsync("get_order", first, new Expected("rate_limited", Reach.AnonymousAccessPolicy) { Caller = $"key:{Reader}" });
            }, $"key:{Reader}");
            await orders.NobodyWaitsAsync();
        }

        await new HttpToolCaller(server.Endpoint, Service, ToolCaller.Modern, log)
            .CallAsync("get_order", first, new Expected("unauthorized", Reach.AnonymousAccessPolicy));
        await reader.CallAsync("start_processing_order", first, new Expected("forbidden", Reach.AnonymousAccessPolicy) { Caller = $"key:{Reader}" });
        var large = CallMix.Order(1);
        large["note"] = new string('x', 1500);
        var placed = await modern.CallAsync("create_order", large, Expected.Ok);
        await new HttpToolCaller(server.Endpoint, Service, ToolCaller.Modern, log, secondKey.Text).CallAsync(
            "get_order", new JsonObject { ["orderId"] = placed["result"]!["structuredContent"]!["id"]!.DeepClone() },
            new Expected("ok") { Caller = $"key:{Second}" });
        await server.StopAsync();

        static (string, string)[] Key(int index, string name, ApiKey key) =>
        [
            ($"Authentication__ApiKeys__{index}__Name", name), ($"Authentication__ApiKeys__{index}__Scopes__0", "orders.read"),
            ($"Authentication__ApiKeys__{index}__Hash", KeyHash.Of(key.Id, key.Secret).Text),
        ];
    }

    private static string? ProblemWith(CallLog log, Span[] spans)
    {
        var count = spans.Count(TraceCheck.IsToolCall);
        var check = new TraceCheck(spans);
        var problems = log.Calls.Select(check.ProblemOf).OfType<string>().ToArray();
        return problems.Length > 0 ? $"{problems.Length} calls:\n{string.Join('\n', problems.Take(10))}"
            : count == Most ? null
            : $"There are {count} spans of calls, not {Most}.";
    }

    /// <summary>The records of the calls, once they are all there.</summary>
    private async Task AssertAuditAsync(CallLog log)
    {
        var traces = log.Calls.ToDictionary(call => call.TraceId, StringComparer.Ordinal);
        var records = await Until.NotNullAsync(async () =>
        {
            var all = (await RecordsAsync()).Where(record => record["traceId"] is { } trace && traces.ContainsKey(trace.ToString())).ToArray();
            return all.Length >= Most ? all : null;
        }, Patience, "The audit does not have the calls.");

        Assert.Equal(Most, records.Length);
        Assert.Equal(Most, records.Select(record => record["traceId"]!.ToString()).Distinct().Count());
        Assert.All(records, record =>
        {
            var call = traces[record["traceId"]!.ToString()];
            Assert.Equal(
                (call.Expected.ErrorType == "-32602" ? "_OTHER" : call.Tool, call.Expected.Outcome, ToolCaller.Name, call.Expected.Caller),
                (record["tool"]!.ToString(), record["outcome"]!.ToString(), record["client"]!.ToString(), record["caller"]!.ToString()));
            Assert.Equal(call.Expected.Reach == Reach.AnonymousAccessPolicy ? null : call.Era, record["protocolVersion"]?.ToString());
        });
    }

    private async Task<List<JsonNode>> RecordsAsync()
    {
        List<JsonNode> records = [];
        var cursor = "";
        do
        {
            var page = await Http.GetFromJsonAsync<JsonObject>($"{Api}/admin/tool-calls?limit=200{cursor}", TestContext.Current.CancellationToken);
            records.AddRange(page!["items"]!.AsArray().Select(item => item!));
            cursor = page["nextCursor"] is { } next ? $"&cursor={Uri.EscapeDataString(next.ToString())}" : "";
        }
        while (cursor.Length > 0);
        return records;
    }

    private static Task WaitForHealthAsync(Uri endpoint) => Until.HealthyAsync(new Uri(endpoint, "/health"));

    private (string Name, string Value)[] Environment(string service, TemporaryFolder audit) =>
    [
        ("ASPNETCORE_ENVIRONMENT", "Development"), ("DOTNET_ENVIRONMENT", "Development"), ("OTEL_SERVICE_NAME", service),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", shared.Dashboard.Otlp.Endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_HEADERS", shared.Dashboard.Otlp.Headers), ("Audit__Directory", audit.Path),
    ];
}
