using System.Net;
using System.Text.Json;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class StatisticsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Statistics_are_one_total_without_cancelled_orders()
    {
        var all = Assert.Single(await GroupsAsync(""));

        Assert.Equal("all", all.GetProperty("key").GetString());
        Assert.Equal("USD", all.GetProperty("currency").GetString());
        Assert.Equal(14, all.GetProperty("orders").GetInt64());
        Assert.Equal(7332.00m, all.GetProperty("revenue").GetDecimal());
        Assert.Equal(523.71m, all.GetProperty("average").GetDecimal());
    }

    [Fact]
    public async Task Statistics_by_status_count_the_cancelled_orders_too()
    {
        var groups = await GroupsAsync("?groupBy=status");

        Assert.Equal(
            "cancelled 2,delivered 4,pending 4,processing 3,shipped 3",
            string.Join(',', groups.Select(group => $"{group.GetProperty("key")} {group.GetProperty("orders")}").Order()));
    }

    [Theory]
    [InlineData("day", "2026-09-20 1,2026-09-19 1,2026-09-18 1")]
    [InlineData("week", "2026-09-14 5,2026-09-07 5,2026-08-31 4")]
    public async Task Statistics_by_time_begin_with_the_latest(string unit, string expected)
    {
        var groups = await GroupsAsync($"?groupBy={unit}&limit=3");

        Assert.Equal(
            expected,
            string.Join(',', groups.Select(group => $"{group.GetProperty("key")} {group.GetProperty("orders")}")));
    }

    [Fact]
    public async Task Statistics_by_customer_and_product_begin_with_the_highest_revenue_and_have_names()
    {
        var customer = (await GroupsAsync("?groupBy=customer"))[0];
        var product = (await GroupsAsync("?groupBy=product"))[0];

        Assert.Equal(("4567", "Dmitri Ivanov"), (customer.GetProperty("key").GetString(), customer.GetProperty("name").GetString()));
        Assert.Equal(("LAP-14", "Laptop"), (product.GetProperty("key").GetString(), product.GetProperty("name").GetString()));
        Assert.Equal((2, 2598.00m), (product.GetProperty("orders").GetInt64(), product.GetProperty("revenue").GetDecimal()));
    }

    [Fact]
    public async Task Statistics_cover_the_requested_period()
    {
        var day = Assert.Single(await GroupsAsync("?placedFrom=2026-09-02T00:00:00Z&placedBefore=2026-09-03T00:00:00Z"));

        Assert.Equal(1299.00m, day.GetProperty("revenue").GetDecimal());
        Assert.Empty(await GroupsAsync("?placedFrom=2030-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task Statistics_say_when_there_are_more_groups()
    {
        var some = await api.Client.GetOkAsync("/statistics/orders?groupBy=product&limit=8");
        var all = await api.Client.GetOkAsync("/statistics/orders?groupBy=product&limit=9");

        Assert.True(some.GetProperty("isTruncated").GetBoolean());
        Assert.Equal(8, some.GetProperty("groups").GetArrayLength());
        Assert.False(all.GetProperty("isTruncated").GetBoolean());
        (await api.Client.AskAsync("/statistics/orders?groupBy=month")).IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
    }

    private async Task<List<JsonElement>> GroupsAsync(string query) =>
        [.. (await api.Client.GetOkAsync($"/statistics/orders{query}")).GetProperty("groups").EnumerateArray()];
}
