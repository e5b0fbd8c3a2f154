using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Telemetry;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>Every call is recorded exactly once, even if the server or the API fails.</summary>
[Trait("Category", "Postgres")]
public sealed class AuditTests
{
    private static readonly string Orders = Documents.With("""
        {
          "/orders/{orderId}": { "get": { "operationId": "get_order",
            "parameters": [ { "name": "orderId", "in": "path", "required": true, "schema": { "type": "integer" } },
                            { "name": "q", "in": "query", "schema": { "type": "string" } } ],
            "responses": { "200": { "description": "Fine", "content": { "application/json": { "schema": { "type": "object" } } } } } } },
          "/orders": { "post": { "operationId": "create_order",
            "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": { "note": { "type": "string" } } } } } },
            "responses": { "200": { "description": "Fine", "content": { "application/json": { "schema": { "type": "object", "properties": { "id": { "type": "integer" } } } } } } } } }
        }
        """);

    [Fact]
    public async Task Call_is_recorded_with_its_subject_and_without_text_from_people()
    {
        await using var api = await TestApi.StartAsync(Orders);
        api.Answer = context => context.Response.WriteAsync("""{"id":17}""");
        await using var server = McpApplication.Start(api.Address);
        await server.WaitForHealthAsync("Healthy");
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        await server.CallAsync("get_order", new JsonObject { ["orderId"] = 42 }, ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"), ("User-Agent", "claude-code/2"));
        await server.CallAsync("get_order", new JsonObject { ["orderId"] = 43, ["q"] = "Anna" });
        await server.CallAsync("create_order", new JsonObject { ["note"] = "for Anna" });
        await server.CallAsync("none", new JsonObject { ["note"] = "for Anna" });

        var records = await RecordsAsync(api, 4);
        var read = records[0];
        Assert.Equal(Trace, Text(read, "traceId"));
        Assert.Equal(("get_order", "get_order", "ok", "anonymous", "claude-code", "2026-07-28"),
            (Text(read, "tool"), Text(read, "operation"), Text(read, "outcome"), Text(read, "caller"), Text(read, "client"), Text(read, "protocolVersion")));
        Assert.Equal("""{"orderId":42}""", read["arguments"]!.ToJsonString());
        Assert.Equal("{orderId: 42}", Text(read, "argumentSummary"));
        Assert.Equal("[42]", read["orderIds"]!.ToJsonString());
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("""{"orderId":42}"""u8)), Text(read, "argumentHash"));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("""{"id":17}"""u8)), Text(read, "resultHash"));
        Assert.Equal(7, Guid.Parse(Text(read, "id")!).Version);
        Assert.Null(records[1]["arguments"]);
        Assert.Equal("{orderId: 43, q: text of 4}", Text(records[1], "argumentSummary"));
        Assert.Null(records[2]["arguments"]);
        Assert.Equal("[17]", records[2]["orderIds"]!.ToJsonString());
        Assert.Equal(("_OTHER", "not_found"), (Text(records[3], "tool"), Text(records[3], "outcome")));
        Assert.All(records, record => Assert.DoesNotContain("Anna", record.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refusal_before_the_protocol_is_recorded()
    {
        await using var api = await TestApi.StartAsync(Orders);
        await using var server = McpApplication.Start(api.Address);
        await server.WaitForHealthAsync("Healthy");
        var context = new DefaultHttpContext();
        context.Request.Headers["Mcp-Method"] = "tools/call";
        context.Request.Headers["Mcp-Name"] = "get_order";

        server.Services.GetRequiredService<CallRecorder>().Refuse(context, ToolOutcome.RateLimited);

        var record = (await RecordsAsync(api, 1))[0];
        Assert.Equal(("get_order", "rate_limited", "anonymous"), (Text(record, "tool"), Text(record, "outcome"), Text(record, "caller")));
    }

    [Fact]
    public async Task Records_wait_until_the_api_accepts_them()
    {
        await using var api = await TestApi.StartAsync(Orders);
        api.Answer = context => context.Response.WriteAsync("""{"id":17}""");
        api.AuditStatus = 503;
        await using var server = McpApplication.Start(api.Address);
        await server.WaitForHealthAsync("Healthy");
        for (var i = 0; i < 5; i++)
        {
            await server.CallAsync("get_order", new JsonObject { ["orderId"] = i });
        }

        Assert.Empty(api.Audit);
        Assert.True(server.Services.GetRequiredService<AuditJournal>().Length > 0);
        api.AuditStatus = 200;

        await RecordsAsync(api, 5);
        await Until.TrueAsync(() => server.Services.GetRequiredService<AuditJournal>().Length == 0, () => "The journal is not empty.");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    public async Task Every_answered_call_is_recorded_once_after_the_process_is_killed(int statusBefore)
    {
        const int Calls = 40;
        await using var api = await TestApi.StartAsync(Orders);
        api.Answer = context => context.Response.WriteAsync("""{"id":17}""");
        api.AuditStatus = statusBefore;
        using var folder = new TemporaryFolder();
        await using (var first = await McpProcess.StartAsync(api.Address, folder.Path))
        {
            for (var i = 0; i < Calls; i++)
            {
                Assert.NotNull((await first.CallAsync("get_order", new JsonObject { ["orderId"] = i }))["result"]);
            }

            await first.KillAsync();
        }

        api.AuditStatus = 200;
        await using var second = await McpProcess.StartAsync(api.Address, folder.Path);

        var orders = (await RecordsAsync(api, Calls)).Select(record => record["orderIds"]![0]!.GetValue<int>());
        Assert.Equal(Enumerable.Range(0, Calls), orders.Order());
    }

    [Fact]
    public void Journal_returns_records_in_order_and_takes_over_abandoned_ones()
    {
        using var folder = new TemporaryFolder();
        using (var first = Open(folder))
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.True(first.Append(Encoding.UTF8.GetBytes($"{{\"n\":{i}}}")));
            }

            first.Confirm(first.Read(3, 1024), 3);
        }

        using var second = Open(folder);
        using var third = Open(folder); // finds nothing, because the second holds it
        Assert.True(second.Append("{\"n\":10}"u8));

        List<string> records = [];
        while (second.Read(4, 1024) is { Records.Count: > 0 } batch)
        {
            records.AddRange(batch.Records.Select(record => Encoding.UTF8.GetString(record.Span)));
            second.Confirm(batch, batch.Records.Count);
        }

        // Records that the first delivered are delivered again; the API recognizes their ids.
        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"{{\"n\":{i}}}"), records);
        Assert.Equal(0, second.Length);
        Assert.Empty(third.Read(4, 1024).Records);
    }

    [Fact]
    public async Task Server_that_is_stopped_twice_at_once_delivers_each_record()
    {
        await using var api = await TestApi.StartAsync(Orders);
        api.Answer = context => context.Response.WriteAsync("""{"id":17}""");
        await using var server = McpApplication.Start(api.Address, ("Audit:ShipInterval", "01:00:00"));
        await server.WaitForHealthAsync("Healthy");
        for (var i = 0; i < 10; i++)
        {
            await server.CallAsync("get_order", new JsonObject { ["orderId"] = i });
        }

        var shipper = server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<AuditShipper>().Single();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => shipper.StopAsync(TestContext.Current.CancellationToken))));

        await RecordsAsync(api, 10);
        Assert.Equal(0, server.Services.GetRequiredService<AuditJournal>().Length);
    }

    [Fact]
    public async Task Second_stop_waits_for_the_last_delivery_of_the_first()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var api = await TestApi.StartAsync(Orders);
        api.Answer = context => context.Response.WriteAsync("""{"id":17}""");
        api.AuditGate = gate.Task;
        await using var server = McpApplication.Start(api.Address, ("Audit:ShipInterval", "01:00:00"));
        await server.WaitForHealthAsync("Healthy");
        await server.CallAsync("get_order", new JsonObject { ["orderId"] = 1 });
        var shipper = server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<AuditShipper>().Single();

        var first = shipper.StopAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => api.AuditDeliveries == 1, () => "Nothing is delivered at the end.");
        var second = shipper.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(first.IsCompleted, second.IsCompleted); // the host disposes it after stopping, with everything that the delivery needs
        gate.SetResult();
        await Task.WhenAll(first, second);
        await RecordsAsync(api, 1);
    }

    [Fact]
    public void Journal_costs_a_call_next_to_nothing()
    {
        const int Records = 10_000;
        using var folder = new TemporaryFolder();
        using var journal = Open(folder, maxBytes: 64 * 1024 * 1024);
        var record = new byte[600];
        record.AsSpan().Fill((byte)'a');
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var i = 0; i < Records; i++)
        {
            Assert.True(journal.Append(record));
        }

        var each = System.Diagnostics.Stopwatch.GetElapsedTime(started) / Records;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each.TotalMicroseconds:0.0} µs a record");
        Assert.True(each < TimeSpan.FromMilliseconds(1), $"A record takes {each}.");
    }

    [Fact]
    public void Full_journal_reports_it_and_keeps_the_oldest_records()
    {
        using var folder = new TemporaryFolder();
        using var journal = Open(folder, maxBytes: 100);
        var record = new byte[45];
        record.AsSpan().Fill((byte)'a');

        Assert.True(journal.Append(record));
        Assert.True(journal.Append(record));
        Assert.False(journal.Append(record));

        var batch = journal.Read(10, 1024);
        Assert.Equal(2, batch.Records.Count);
        journal.Confirm(batch, 1);
        Assert.True(journal.Append(record));
    }

    [Fact]
    public async Task Record_that_the_api_refuses_does_not_stop_the_others()
    {
        await using var api = await TestApi.StartAsync(Orders);
        api.Answer = context => context.Response.WriteAsync("""{"id":17}""");
        api.AuditStatus = 422;
        await using var server = McpApplication.Start(api.Address);
        await server.WaitForHealthAsync("Healthy");
        await server.CallAsync("get_order", new JsonObject { ["orderId"] = 1 });
        await Until.TrueAsync(() => server.Services.GetRequiredService<AuditJournal>().Length == 0, () => "The journal is not empty.");

        api.AuditStatus = 200;
        await server.CallAsync("get_order", new JsonObject { ["orderId"] = 2 });

        Assert.Equal("[2]", (await RecordsAsync(api, 1))[0]["orderIds"]!.ToJsonString());
    }

    [Fact]
    public async Task Unusable_folder_ends_the_start_and_names_the_setting()
    {
        await using var api = await TestApi.StartAsync(Orders);
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Path, "a file", TestContext.Current.CancellationToken);
        try
        {
            var failure = Assert.ThrowsAny<Exception>(() => McpApplication.Start(api.Address, ("Audit:Directory", folder.Path)));

            Assert.Contains("Audit:Directory", failure.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(folder.Path);
        }
    }

    private static AuditJournal Open(TemporaryFolder folder, long maxBytes = 1024 * 1024)
    {
        var journal = new AuditJournal(Options.Create(new AuditOptions { Directory = folder.Path, MaxJournalBytes = maxBytes }));
        journal.Open();
        return journal;
    }

    /// <summary>The records in the API by id, once there are this many.</summary>
    private static async Task<JsonObject[]> RecordsAsync(TestApi api, int count)
    {
        await Until.TrueAsync(() => api.Audit.Count == count, () => $"{api.Audit.Count} records instead of {count}.");
        return [.. api.Audit.Values.OrderBy(record => record["at"]!.GetValue<DateTimeOffset>())];
    }

    private static string? Text(JsonObject record, string name) => record[name]?.GetValue<string>();
}
