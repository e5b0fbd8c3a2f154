using System.Net;
using System.Text;
using System.Text.Json;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class ToolCallAuditTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/admin/tool-calls";

    [Fact]
    public async Task Records_are_listed_newest_first_page_by_page()
    {
        var caller = $"caller-{Guid.NewGuid():N}";
        var start = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
        var records = Enumerable.Range(0, 5).Select(i => Record(caller, at: start.AddSeconds(i / 2))).ToArray();
        await RecordAsync(records);

        var listed = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = await api.Client.GetOkAsync($"{Path}?caller={caller}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            listed.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
            if (cursor is null)
            {
                break;
            }
        }

        Assert.Equal(
            records.Select(record => (string)record["id"]!).Order(),
            listed.Select(record => record.GetProperty("id").GetString()!).Order());
        var times = listed.Select(record => record.GetProperty("at").GetDateTimeOffset()).ToList();
        Assert.Equal(times.OrderDescending(), times);
    }

    [Fact]
    public async Task Record_is_returned_unchanged()
    {
        var caller = $"caller-{Guid.NewGuid():N}";
        var record = Record(caller);
        record["arguments"] = JsonSerializer.Deserialize<JsonElement>("""{"b":1.0,"a":"x\u0000y"}""");
        record["argumentSummary"] = "line\u0000 one";
        record["orderIds"] = new[] { 7L, 8L };
        await RecordAsync(record);

        var listed = Assert.Single(
            (await api.Client.GetOkAsync($"{Path}?caller={caller}")).GetProperty("items").EnumerateArray());

        Assert.Equal("""{"b":1.0,"a":"x\u0000y"}""", listed.GetProperty("arguments").GetRawText());
        Assert.Equal("line\uFFFD one", listed.GetProperty("argumentSummary").GetString());
        Assert.Equal([7, 8], listed.GetProperty("orderIds").EnumerateArray().Select(id => id.GetInt64()));
        Assert.Equal(12.5m, listed.GetProperty("durationMs").GetDecimal());
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("resultHash").ValueKind);
    }

    [Fact]
    public async Task Record_sent_again_is_stored_once_and_unchanged()
    {
        var caller = $"caller-{Guid.NewGuid():N}";
        var record = Record(caller);
        Assert.Equal((1, 1), await RecordAsync(record));
        record["outcome"] = "not_found";

        Assert.Equal((2, 1), await RecordAsync(record, Record(caller)));

        var listed = (await api.Client.GetOkAsync($"{Path}?caller={caller}")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, listed.Count);
        Assert.All(listed, each => Assert.Equal("ok", each.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task Record_repeated_in_a_request_is_stored_once()
    {
        var record = Record("twice");

        Assert.Equal((2, 1), await RecordAsync(record, record));
    }

    [Theory]
    [InlineData("tool=ship_order", 1)]
    [InlineData("outcome=not_found", 1)]
    [InlineData("traceId=0af7651916cd43dd8448eb211c80319c", 1)]
    [InlineData("orderId=4711", 1)]
    [InlineData("from=2026-11-02T00:00:00Z", 1)]
    [InlineData("to=2026-11-02T00:00:00Z", 4)]
    [InlineData("from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&tool=get_order", 3)]
    public async Task Filters_combine(string filter, int expected)
    {
        var caller = $"caller-{Guid.NewGuid():N}";
        var (tool, outcome, trace, order, later) =
            (Record(caller), Record(caller), Record(caller), Record(caller), Record(caller, at: new(2026, 11, 3, 0, 0, 0, TimeSpan.Zero)));
        tool["tool"] = "ship_order";
        outcome["outcome"] = "not_found";
        trace["traceId"] = "0af7651916cd43dd8448eb211c80319c";
        order["orderIds"] = new[] { 4711L };
        await RecordAsync(tool, outcome, trace, order, later);

        var page = await api.Client.GetOkAsync($"{Path}?caller={caller}&{filter}");

        Assert.Equal(expected, page.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Invalid_record_is_named_and_its_request_stores_nothing()
    {
        var caller = $"caller-{Guid.NewGuid():N}";
        var wrong = Record(caller);
        wrong["id"] = "1";
        wrong["durationMs"] = -1;
        wrong["orderIds"] = new[] { "a" };

        var answer = await api.Client.WriteAsync(Path, new { records = new[] { Record(caller), wrong } });

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal(
            ["records[1].durationMs", "records[1].id", "records[1].orderIds[0]"],
            answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
        Assert.Empty((await api.Client.GetOkAsync($"{Path}?caller={caller}")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Largest_request_is_accepted_and_a_larger_one_is_not()
    {
        var record = Record("large");
        record["argumentSummary"] = new string('s', 2048);
        record["arguments"] = new { text = new string('a', 8000) };
        var records = Enumerable.Range(0, 500).Select(_ =>
        {
            var copy = new Dictionary<string, object?>(record, StringComparer.Ordinal) { ["id"] = Guid.CreateVersion7().ToString() };
            return copy;
        }).ToArray();

        Assert.Equal((500, 500), await RecordAsync(records));
        (await api.Client.WriteAsync(Path, new { records = records.Append(record) }))
            .IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        using var tooLarge = new StringContent($$"""{"records":"{{new string('x', 9 * 1024 * 1024)}}"}""", Encoding.UTF8, "application/json");
        (await api.Client.WriteAsync(Path, tooLarge)).IsProblem(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    private static Dictionary<string, object?> Record(string caller, DateTimeOffset? at = null) => new(StringComparer.Ordinal)
    {
        ["id"] = Guid.CreateVersion7().ToString(),
        ["at"] = at ?? new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero),
        ["caller"] = caller,
        ["client"] = "test 1.0",
        ["tool"] = "get_order",
        ["operation"] = "GET /orders/{orderId}",
        ["argumentHash"] = new string('a', 64),
        ["outcome"] = "ok",
        ["durationMs"] = 12.5,
    };

    private async Task<(int Received, int Recorded)> RecordAsync(params Dictionary<string, object?>[] records)
    {
        var answer = await api.Client.WriteAsync(Path, new { records });
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return (answer.Body.GetProperty("received").GetInt32(), answer.Body.GetProperty("recorded").GetInt32());
    }
}
