using System.Net;
using System.Text.Json;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class ListOrdersTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    // Orders of the demo data; a test adds later ones.
    private const int DemoOrders = 16;

    [Fact]
    public async Task ListOrders_answers_the_newest_first_when_nothing_is_asked()
    {
        var page = await api.Client.GetOkAsync("/orders");

        var placed = page.GetProperty("items").EnumerateArray()
            .Select(order => order.GetProperty("placedAt").GetDateTimeOffset())
            .ToList();
        Assert.InRange(placed.Count, DemoOrders, 20);
        Assert.Equal(placed.OrderDescending(), placed);
    }

    [Fact]
    public async Task ListOrders_answers_a_summary_of_each_order()
    {
        var page = await api.Client.GetOkAsync("/orders?customerId=3456&status=pending");

        var order = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal(3, order.GetProperty("id").GetInt64());
        Assert.Equal("Carla Gómez", order.GetProperty("customer").GetProperty("name").GetString());
        Assert.Equal("pending", order.GetProperty("status").GetString());
        Assert.Equal(2, order.GetProperty("lineCount").GetInt32());
        Assert.Equal(936.00m, order.GetProperty("total").GetDecimal());
    }

    /// <summary>JSON Schema calls a number with a zero fraction an integer (draft 2020-12, validation, 6.1.1).</summary>
    [Theory]
    [InlineData("/orders?limit=1.0&status=pending&customerId=3.456e3")]
    [InlineData("/orders?limit=10e-1&status=pending&customerId=3456.00")]
    public async Task Integers_may_be_written_with_a_fraction_of_zero(string path) => Assert.Equal(
        3, Assert.Single((await api.Client.GetOkAsync(path)).GetProperty("items").EnumerateArray()).GetProperty("id").GetInt64());

    [Fact]
    public async Task Integer_in_a_path_may_be_written_with_a_fraction_of_zero() =>
        Assert.Equal(3, (await api.Client.GetOkAsync("/orders/3.0")).GetProperty("id").GetInt64());

    [Theory]
    [InlineData("/orders?limit=1.5", "limit")]
    [InlineData("/orders?limit=1e30", "limit")]
    [InlineData("/orders?limit=1.0.0", "limit")]
    [InlineData("/orders?limit=1e", "limit")]
    [InlineData("/orders?limit=1.0&limit=2.0", "limit")]
    [InlineData("/orders/3.5", "orderId")]
    public async Task Number_that_is_not_whole_is_a_bad_request(string path, string parameter)
    {
        var answer = await api.Client.AskAsync(path);

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains("must be", answer.Error(parameter), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(200)]
    public async Task ListOrders_answers_every_order_once_when_all_pages_are_read(int limit)
    {
        var pages = await ReadPagesAsync($"limit={limit}");

        Assert.All(pages, page => Assert.InRange(page.Length, 1, limit));
        var ids = pages.SelectMany(page => page).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.Superset(Enumerable.Range(1, DemoOrders).Select(id => (long)id).ToHashSet(), ids.ToHashSet());
    }

    [Fact]
    public async Task ListOrders_neither_repeats_nor_misses_an_order_when_one_is_placed_between_two_pages()
    {
        var before = await ReadPagesAsync("limit=200&customerId=1234");
        var all = await ReadPagesAsync("limit=2&customerId=1234", afterFirstPage: PlaceOrderAsync);

        Assert.Equal(before.SelectMany(page => page), all.SelectMany(page => page));
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("processing")]
    [InlineData("shipped")]
    [InlineData("delivered")]
    [InlineData("cancelled")]
    public async Task ListOrders_answers_only_that_status_when_it_is_filtered(string status)
    {
        var page = await api.Client.GetOkAsync($"/orders?status={status}");

        var orders = page.GetProperty("items").EnumerateArray().ToList();
        Assert.NotEmpty(orders);
        Assert.All(orders, order => Assert.Equal(status, order.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task ListOrders_answers_an_empty_page_when_nothing_matches()
    {
        var page = await api.Client.GetOkAsync("/orders?customerId=999999");

        Assert.Empty(page.GetProperty("items").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, page.GetProperty("nextCursor").ValueKind);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("shipped,pending")]
    public async Task ListOrders_answers_the_allowed_values_when_the_status_is_unknown(string status)
    {
        var answer = await api.Client.AskAsync($"/orders?status={status}");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal(
            $"must be one of pending, processing, shipped, delivered, cancelled, but was '{status}'.",
            answer.Error("status"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("201")]
    [InlineData("-5")]
    [InlineData("ten")]
    public async Task ListOrders_answers_the_range_when_the_limit_is_outside(string limit)
    {
        var answer = await api.Client.AskAsync($"/orders?limit={limit}");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal($"must be an integer from 1 to 200, but was '{limit}'.", answer.Error("limit"));
    }

    [Fact]
    public async Task ListOrders_answers_every_error_at_once_when_several_parameters_are_wrong()
    {
        var answer = await api.Client.AskAsync("/orders?status=x&customerId=y&limit=0&cursor=z&stauts=shipped");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal(
            ["cursor", "customerId", "limit", "status", "stauts"],
            answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    [Fact]
    public async Task ListOrders_answers_a_bad_request_when_a_parameter_is_given_twice()
    {
        var answer = await api.Client.AskAsync("/orders?status=shipped&status=pending");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains("given 2 times", answer.Error("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListOrders_answers_a_bad_request_when_any_character_of_the_cursor_is_changed()
    {
        var cursor = (await api.Client.GetOkAsync("/orders?limit=1")).GetProperty("nextCursor").GetString()!;

        var changes =
            from index in Enumerable.Range(0, cursor.Length)
            from character in "AB9_-!"
            where character != cursor[index]
            select $"{cursor[..index]}{character}{cursor[(index + 1)..]}";
        foreach (var changed in changes)
        {
            var answer = await api.Client.AskAsync($"/orders?limit=1&cursor={changed}");

            answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
            Assert.Contains("nextCursor", answer.Error("cursor"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("not%20base64")]
    [InlineData("%C3%A9")]
    public async Task ListOrders_answers_a_bad_request_when_the_cursor_is_not_one(string cursor)
    {
        var answer = await api.Client.AskAsync($"/orders?cursor={cursor}");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
    }

    [Fact]
    public async Task ListOrders_answers_a_bad_request_when_the_cursor_comes_from_other_filters()
    {
        var page = await api.Client.GetOkAsync("/orders?limit=1&status=pending");

        var answer = await api.Client.AskAsync($"/orders?limit=1&cursor={page.GetProperty("nextCursor").GetString()}");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains("different filters", answer.Error("cursor"), StringComparison.Ordinal);
    }

    private async Task<List<long[]>> ReadPagesAsync(string query, Func<Task>? afterFirstPage = null)
    {
        var pages = new List<long[]>();
        for (var next = $"/orders?{query}"; ;)
        {
            var page = await api.Client.GetOkAsync(next);
            var orders = page.GetProperty("items").EnumerateArray();
            pages.Add([.. orders.Select(order => order.GetProperty("id").GetInt64())]);
            if (pages.Count == 1 && afterFirstPage is not null)
            {
                await afterFirstPage();
            }

            if (page.GetProperty("nextCursor").GetString() is not { } cursor)
            {
                return pages;
            }

            next = $"/orders?{query}&cursor={cursor}";
        }
    }

    private Task PlaceOrderAsync() => api.WithDatabaseAsync(db =>
    {
        var now = DateTimeOffset.UtcNow;
        db.Add(new Order { CustomerId = 1234, Currency = "USD", PlacedAt = now, UpdatedAt = now });
        return db.SaveChangesAsync(TestContext.Current.CancellationToken);
    });
}
