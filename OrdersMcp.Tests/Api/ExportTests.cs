using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Exports;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class ExportTests(PostgresFixture postgres)
{
    private static readonly (string, string)[] NoWorkers = [("Exports:Workers", "0")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Csv_export_has_every_order_and_no_formulas()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync());
        using var client = api.CreateClient();
        await client.PlaceOrderAsync(note: "=HYPERLINK(\"http://evil\")");
        await client.PlaceOrderAsync(note: "two, lines\nand \"quotes\"");

        var queued = await client.WriteAsync("/exports", new { }, ("Idempotency-Key", "export"));

        Assert.Equal(HttpStatusCode.Accepted, queued.Status);
        Assert.Equal("queued", queued.Text("status"));
        Assert.Equal($"/exports/{queued.Text("id")}", queued.Headers.Location!.ToString());
        var again = await client.WriteAsync("/exports", new { }, ("Idempotency-Key", "export"));
        Assert.True(again.IsReplayed);
        Assert.Equal(queued.Text("id"), again.Text("id"));

        var job = await EndAsync(client, queued.Text("id")!);
        Assert.Equal("succeeded", job.Text("status"));
        Assert.Equal((18, 18), (job.Body.GetProperty("progress").GetInt32(), job.Body.GetProperty("total").GetInt32()));
        Assert.NotNull(job.ETag);

        using var content = await client.GetAsync(new Uri($"/exports/{queued.Text("id")}/content", UriKind.Relative), Cancellation);
        Assert.Equal("text/csv", content.Content.Headers.ContentType!.MediaType);
        var csv = await content.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(content.Content.Headers.ContentLength, System.Text.Encoding.UTF8.GetByteCount(csv));
        var lines = csv.Split("\r\n");
        Assert.Equal(
            "id,customerId,customerName,status,lineCount,currency,total,note,carrier,trackingNumber,placedAt,updatedAt,version",
            lines[0]);
        Assert.Equal(20, lines.Length); // the header, 18 orders, and nothing after the last line's end
        Assert.StartsWith("18,1234,Alice Johnson,pending,1,USD,19.00,\"two, lines\nand \"\"quotes\"\"\",,,20", lines[1], StringComparison.Ordinal);
        Assert.Contains(",\"'=HYPERLINK(\"\"http://evil\"\")\",", lines[2], StringComparison.Ordinal);
        Assert.Equal(
            "1,1234,Alice Johnson,shipped,1,USD,1299.00,,UPS,1Z999AA10123456784,2026-09-02T13:00:00Z,2026-09-03T09:00:00Z,3",
            lines[^2]);
    }

    [Fact]
    public async Task Json_export_has_the_orders_that_the_filters_match()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync());
        using var client = api.CreateClient();

        var queued = await client.WriteAsync("/exports", new
        {
            format = "json",
            status = "pending",
            placedFrom = "2026-09-01T00:00:00+02:00",
            totalTo = 1000.5,
            q = "monitor",
        });
        Assert.Equal("succeeded", (await EndAsync(client, queued.Text("id")!)).Text("status"));

        var orders = await client.GetOkAsync($"/exports/{queued.Text("id")}/content");
        var order = Assert.Single(orders.EnumerateArray());
        Assert.Equal(3, order.GetProperty("id").GetInt64());
        Assert.Equal("Carla Gómez", order.GetProperty("customerName").GetString());
    }

    [Theory]
    [InlineData("""{"format":"xml"}""", "format")]
    [InlineData("""{"status":7}""", "status")]
    [InlineData("""{"placedFrom":"yesterday"}""", "placedFrom")]
    [InlineData("""{"totalFrom":-1}""", "totalFrom")]
    [InlineData("""{"q":"!"}""", "q")]
    [InlineData("""{"customer":1}""", "customer")]
    public async Task Wrong_filters_are_refused(string body, string field)
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync(), NoWorkers);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var answer = await api.CreateClient().WriteAsync("/exports", content);

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal(field, Assert.Single(answer.Body.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task Export_is_cancelled_and_its_worker_finds_out_with_the_next_page()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync(), NoWorkers);
        using var client = api.CreateClient();
        var queue = api.Services.GetRequiredService<ExportQueue>();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        var work = (await queue.TakeAsync(Cancellation))!;
        Assert.True(await queue.SaveAsync(work, 5, 16, Piece(work), Cancellation));
        Assert.Equal("running", (await client.GetOkAsync($"/exports/{id}")).GetProperty("status").GetString());
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.Conflict, "export-not-finished");

        var cancelled = await client.WriteAsync($"/exports/{id}/cancellation", body: null);

        Assert.Equal("cancelled", cancelled.Text("status"));
        Assert.False(await queue.SaveAsync(work, 10, 16, Piece(work), Cancellation));
        await queue.SucceedAsync(work, Cancellation);
        var again = await client.WriteAsync($"/exports/{id}/cancellation", body: null);
        Assert.Equal((HttpStatusCode.OK, "cancelled"), (again.Status, again.Text("status")));
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.Conflict, "export-not-finished");
        Assert.Null(await queue.TakeAsync(Cancellation));
    }

    [Fact]
    public async Task Finished_export_cannot_be_cancelled()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync());
        using var client = api.CreateClient();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        await EndAsync(client, id);

        (await client.WriteAsync($"/exports/{id}/cancellation", body: null)).IsProblem(HttpStatusCode.Conflict, "export-finished");
    }

    [Fact]
    public async Task Export_of_a_lost_worker_is_done_anew_by_another_replica()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var first = await StartAsync(connectionString, NoWorkers);
        var id = (await first.CreateClient().WriteAsync("/exports", new { })).Text("id")!;

        // A worker that takes the export, writes a piece and is never heard of again.
        var queue = first.Services.GetRequiredService<ExportQueue>();
        var lost = (await queue.TakeAsync(Cancellation))!;
        Assert.True(await queue.SaveAsync(lost, 5, 16, Piece(lost), Cancellation));
        Assert.Null(await queue.TakeAsync(Cancellation)); // it is on lease
        await RunAsync(connectionString, "UPDATE exports SET leased_until = now() - interval '1 second'");

        await using var second = await StartAsync(connectionString);
        using var client = second.CreateClient();
        Assert.Equal("succeeded", (await EndAsync(client, id)).Text("status"));
        var csv = await client.GetStringAsync(new Uri($"/exports/{id}/content", UriKind.Relative), Cancellation);
        Assert.Equal(18, csv.Split("\r\n").Length);
        Assert.DoesNotContain("piece", csv, StringComparison.Ordinal);

        // Should it come back, it changes nothing any more.
        Assert.False(await queue.SaveAsync(lost, 6, 16, Piece(lost, 2), Cancellation));
        await queue.FailAsync(lost, "lost", Cancellation);
        Assert.Equal("succeeded", (await client.GetOkAsync($"/exports/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Export_that_is_lost_again_and_again_fails()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await StartAsync(connectionString, NoWorkers);
        using var client = api.CreateClient();
        var queue = api.Services.GetRequiredService<ExportQueue>();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        for (var attempt = 0; attempt < ExportLimits.MaxAttempts; attempt++)
        {
            Assert.NotNull(await queue.TakeAsync(Cancellation));
            await RunAsync(connectionString, "UPDATE exports SET leased_until = now() - interval '1 second'");
        }

        Assert.Null(await queue.TakeAsync(Cancellation));

        var job = await client.GetOkAsync($"/exports/{id}");
        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.Contains("several times", job.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_that_is_given_back_by_a_worker_that_stops_is_taken_at_once()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync(), NoWorkers);
        var queue = api.Services.GetRequiredService<ExportQueue>();
        await api.CreateClient().WriteAsync("/exports", new { });
        var work = (await queue.TakeAsync(Cancellation))!;

        await queue.GiveBackAsync(work, Cancellation);

        Assert.Equal(work.Id, (await queue.TakeAsync(Cancellation))!.Id);
    }

    [Fact]
    public async Task Exports_of_others_are_not_there()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await StartAsync(connectionString);
        using var client = api.CreateClient();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        await EndAsync(client, id);
        await RunAsync(connectionString, "UPDATE exports SET caller = 'somebody else'");

        (await client.AskAsync($"/exports/{id}")).IsProblem(HttpStatusCode.NotFound, "export-not-found");
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.NotFound, "export-not-found");
        (await client.WriteAsync($"/exports/{id}/cancellation", body: null)).IsProblem(HttpStatusCode.NotFound, "export-not-found");
    }

    [Fact]
    public async Task Exports_of_a_caller_are_limited_also_when_they_are_asked_for_at_once()
    {
        await using var api = await StartAsync(await postgres.CreateDatabaseAsync(), NoWorkers);
        using var client = api.CreateClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.WriteAsync("/exports", new { })));

        Assert.Equal(ExportLimits.MaxUnfinished, answers.Count(answer => answer.Status == HttpStatusCode.Accepted));
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Accepted),
            answer => answer.IsProblem(HttpStatusCode.TooManyRequests, "too-many-exports"));
        Assert.Equal(answers.Length, answers.Where(answer => answer.Status == HttpStatusCode.Accepted)
            .Select(answer => answer.Text("id")).Distinct().Count() + 3);
    }

    [Fact]
    public async Task Expired_document_is_deleted_and_later_forgotten()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await StartAsync(connectionString);
        using var client = api.CreateClient();
        var removal = api.Services.GetRequiredService<ExpiredExportRemoval>();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        await EndAsync(client, id);
        await RunAsync(connectionString, "UPDATE exports SET expires_at = now() - interval '1 minute'");
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.Gone, "export-expired");

        await removal.RemoveAsync(Cancellation);

        Assert.Equal(0L, await NumberAsync(connectionString, "SELECT count(*) FROM export_chunks"));
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.Gone, "export-expired");
        await RunAsync(connectionString, "UPDATE exports SET expires_at = now() - interval '25 hours'");
        await removal.RemoveAsync(Cancellation);
        (await client.AskAsync($"/exports/{id}")).IsProblem(HttpStatusCode.NotFound, "export-not-found");
    }

    [Fact]
    public async Task Looking_for_work_takes_an_index()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await StartAsync(connectionString, NoWorkers);
        await RunAsync(connectionString,
            """
            INSERT INTO exports (id, caller, status, format, filters, progress, created_at, expires_at, version, size, attempts)
            SELECT gen_random_uuid(), 'x', 'succeeded', 'csv', '{}', 0, now(), now(), 1, 0, 1 FROM generate_series(1, 20000);
            ANALYZE exports
            """);
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var explain = database.CreateCommand($"EXPLAIN {ExportQueue.TakeSql}");
        explain.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.NewGuid() });
        explain.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = TimeSpan.FromSeconds(30) });
        explain.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 3 });

        var plan = new List<string>();
        await using var reader = await explain.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            plan.Add(reader.GetString(0));
        }

        Assert.Contains(plan, line => line.Contains("ix_exports_created_at", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on exports", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30", "'+49 30")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "'\rx")]
    [InlineData("\nx", "'\nx")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("＋1", "'＋1")]
    [InlineData("－1", "'－1")]
    [InlineData("＠SUM(A1)", "'＠SUM(A1)")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void Text_is_no_formula(string? text, string? expected) => Assert.Equal(expected, CsvDocument.Safe(text));

    internal static async Task<Answer> EndAsync(HttpClient client, string id)
    {
        Answer? job = null;
        await Until.TrueAsync(async () =>
        {
            job = await client.AskAsync($"/exports/{id}");
            Assert.Equal(HttpStatusCode.OK, job.Status);
            return job.Text("status") is not ("queued" or "running");
        }, TimeSpan.FromMinutes(1), () => $"The export is still {job!.Text("status")}.");
        return job!;
    }

    private static ExportChunk Piece(ExportWork work, int number = 1) =>
        new() { ExportId = work.Id, Number = number, Content = "piece"u8.ToArray() };

    private static async Task<ApiFactory> StartAsync(string connectionString, params (string, string)[] settings)
    {
        var api = new ApiFactory(connectionString, demo: true, environment: "Production", settings);
        await api.IsReadyAsync(Cancellation);
        return api;
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task<long> NumberAsync(string connectionString, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
