using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.Api.Exports;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class ExportTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Csv_export_has_every_order_and_no_formulas()
    {
        await using var api = await ExportApi.StartAsync(await postgres.CreateDatabaseAsync());
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

        var job = await ExportApi.EndAsync(client, queued.Text("id")!);
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
        await using var api = await ExportApi.StartAsync(await postgres.CreateDatabaseAsync());
        using var client = api.CreateClient();

        var queued = await client.WriteAsync("/exports", new
        {
            format = "json",
            status = "pending",
            placedFrom = "2026-09-01T00:00:00+02:00",
            totalTo = 1000.5,
            q = "monitor",
        });
        Assert.Equal("succeeded", (await ExportApi.EndAsync(client, queued.Text("id")!)).Text("status"));

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
        await using var api = await ExportApi.StartAsync(await postgres.CreateDatabaseAsync(), ExportApi.NoWorkers);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var answer = await api.CreateClient().WriteAsync("/exports", content);

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal(field, Assert.Single(answer.Body.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task Worker_of_a_cancelled_export_stops_at_the_next_page()
    {
        await using var api = await ExportApi.StartAsync(await postgres.CreateDatabaseAsync(), ExportApi.NoWorkers);
        using var client = api.CreateClient();
        var queue = api.Services.GetRequiredService<ExportQueue>();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        var work = (await queue.TakeAsync(Cancellation))!;
        Assert.True(await queue.SaveAsync(work, 5, 16, ExportApi.Piece(work), Cancellation));
        Assert.Equal("running", (await client.GetOkAsync($"/exports/{id}")).GetProperty("status").GetString());
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.Conflict, "export-not-finished");

        var cancelled = await client.WriteAsync($"/exports/{id}/cancellation", body: null);

        Assert.Equal("cancelled", cancelled.Text("status"));
        Assert.False(await queue.SaveAsync(work, 10, 16, ExportApi.Piece(work), Cancellation));
        await queue.SucceedAsync(work, Cancellation);
        var again = await client.WriteAsync($"/exports/{id}/cancellation", body: null);
        Assert.Equal((HttpStatusCode.OK, "cancelled"), (again.Status, again.Text("status")));
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.Conflict, "export-not-finished");
        Assert.Null(await queue.TakeAsync(Cancellation));
    }

    [Fact]
    public async Task Finished_export_cannot_be_cancelled()
    {
        await using var api = await ExportApi.StartAsync(await postgres.CreateDatabaseAsync());
        using var client = api.CreateClient();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        await ExportApi.EndAsync(client, id);

        (await client.WriteAsync($"/exports/{id}/cancellation", body: null)).IsProblem(HttpStatusCode.Conflict, "export-finished");
    }

    [Fact]
    public async Task Exports_of_other_callers_are_not_found()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await ExportApi.StartAsync(connectionString);
        using var client = api.CreateClient();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        await ExportApi.EndAsync(client, id);
        await ExportApi.RunAsync(connectionString, "UPDATE exports SET caller = 'somebody else'");

        (await client.AskAsync($"/exports/{id}")).IsProblem(HttpStatusCode.NotFound, "export-not-found");
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.NotFound, "export-not-found");
        (await client.WriteAsync($"/exports/{id}/cancellation", body: null)).IsProblem(HttpStatusCode.NotFound, "export-not-found");
    }

    [Fact]
    public async Task Parallel_requests_cannot_exceed_the_limit_of_exports()
    {
        await using var api = await ExportApi.StartAsync(await postgres.CreateDatabaseAsync(), ExportApi.NoWorkers);
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
    public async Task Expired_document_is_deleted_and_its_record_later()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = await ExportApi.StartAsync(connectionString);
        using var client = api.CreateClient();
        var removal = api.Services.GetRequiredService<ExpiredExportRemoval>();
        var id = (await client.WriteAsync("/exports", new { })).Text("id")!;
        await ExportApi.EndAsync(client, id);
        await ExportApi.RunAsync(connectionString, "UPDATE exports SET expires_at = now() - interval '1 minute'");
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.Gone, "export-expired");

        await removal.RemoveAsync(Cancellation);

        Assert.Equal(0L, await NumberAsync(connectionString, "SELECT count(*) FROM export_chunks"));
        (await client.AskAsync($"/exports/{id}/content")).IsProblem(HttpStatusCode.Gone, "export-expired");
        await ExportApi.RunAsync(connectionString, "UPDATE exports SET expires_at = now() - interval '25 hours'");
        await removal.RemoveAsync(Cancellation);
        (await client.AskAsync($"/exports/{id}")).IsProblem(HttpStatusCode.NotFound, "export-not-found");
    }

    private static async Task<long> NumberAsync(string connectionString, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
