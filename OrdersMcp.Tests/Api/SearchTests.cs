using System.Net;
using System.Text.Json;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class SearchTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("alice", "1234")]
    [InlineData("ali JOHN", "1234")]
    [InlineData("alice.johnson@example.com", "1234")]
    [InlineData("gomez", "3456")]
    [InlineData("Gómez", "3456")]
    [InlineData("example", "1234,2345,3456,4567,5678,6789,7890")]
    [InlineData("lice", "")]
    [InlineData("alice smith", "")]
    public async Task SearchCustomers_finds_by_the_beginnings_of_words(string text, string ids)
    {
        var page = await api.Client.GetOkAsync($"/customers?q={Uri.EscapeDataString(text)}");

        Assert.Equal(ids, Join(page, "id"));
    }

    [Theory]
    [InlineData("laptop", "BAG-15,LAP-14")]
    [InlineData("LAP-14", "LAP-14")]
    [InlineData("usb dock", "DOC-UC")]
    [InlineData("27-inch", "MON-27")]
    public async Task SearchProducts_finds_by_the_beginnings_of_words(string text, string skus)
    {
        var page = await api.Client.GetOkAsync($"/products?q={Uri.EscapeDataString(text)}");

        Assert.Equal(skus, Join(page, "sku"));
    }

    [Theory]
    [InlineData("q=laptop&sort=oldest", "1,5,11")]
    [InlineData("q=laptop&sort=newest", "11,5,1")]
    [InlineData("q=invoice%20school", "7")]
    [InlineData("q=alice%20webcam", "14")]
    [InlineData("q=LAP-14&status=pending", "11")]
    [InlineData("q=%3Czz%3E", "")]
    [InlineData("sku=LAP-14", "11,5,1")]
    [InlineData("sku=LAP-14&sort=oldest", "1,5,11")]
    [InlineData("sku=LAP-14&customerId=4567", "11")]
    [InlineData("sku=NONE", "")]
    [InlineData("totalFrom=1299&totalTo=1299.00", "1")]
    [InlineData("totalTo=100", "13")]
    [InlineData("totalFrom=1300&sort=oldest", "5,11")]
    [InlineData("placedBefore=2026-09-03T18:00:00Z", "1")]
    [InlineData("placedFrom=2026-09-03T18:00:00Z&placedBefore=2026-09-04T23:00:00%2B00:00", "2")]
    [InlineData("placedFrom=2026-09-03T20:00:00%2B02:00&placedBefore=2026-09-05T01:00:00%2B02:00", "2")]
    [InlineData("sku=LAP-14&placedBefore=2026-09-03T00:00:00Z", "1")]
    [InlineData("placedBefore=2026-09-03t18:00:00z", "1")]
    public async Task ListOrders_finds_by_its_filters(string query, string ids)
    {
        var page = await api.Client.GetOkAsync($"/orders?{query}");

        Assert.Equal(ids, Join(page, "id"));
    }

    [Theory]
    [InlineData("placedFrom=2026-09-01T00:00:00", "placedFrom")]
    [InlineData("placedFrom=2026-09-01", "placedFrom")]
    [InlineData("placedBefore=2026-13-01T00:00:00Z", "placedBefore")]
    [InlineData("placedBefore=yesterday", "placedBefore")]
    [InlineData("totalFrom=-1", "totalFrom")]
    [InlineData("totalTo=99999999999999999", "totalTo")]
    [InlineData("totalTo=1e3", "totalTo")]
    [InlineData("totalTo=NaN", "totalTo")]
    [InlineData("q=", "q")]
    [InlineData("q=!!!", "q")]
    [InlineData("q=1%202%203%204%205%206%207%208%209%2010%2011", "q")]
    [InlineData("sku=lap 14", "sku")]
    [InlineData("sort=random", "sort")]
    public async Task ListOrders_answers_a_bad_request_when_a_filter_is_invalid(string query, string parameter)
    {
        var answer = await api.Client.AskAsync($"/orders?{query}");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.NotEmpty(answer.Error(parameter));
    }

    [Theory]
    [InlineData("/customers", "id", 7)]
    [InlineData("/customers?q=example", "id", 7)]
    [InlineData("/products", "sku", 10)]
    [InlineData("/orders?sort=oldest", "id", 16)]
    [InlineData("/orders?sku=CAB-UC", "id", 3)]
    [InlineData("/orders?q=laptop", "id", 3)]
    [InlineData("/orders?totalFrom=1", "id", 16)]
    public async Task Pages_cover_the_whole_list(string list, string key, int count)
    {
        var keys = new List<string>();
        string? cursor = null;
        do
        {
            var query = $"{(list.Contains('?') ? '&' : '?')}limit=2{(cursor is null ? "" : $"&cursor={cursor}")}";
            var page = await api.Client.GetOkAsync(list + query);
            keys.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty(key).ToString()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(Join(await api.Client.GetOkAsync(list), key), string.Join(',', keys));
        Assert.Equal(count, keys.Count);
    }

    [Theory]
    [InlineData("placedFrom=2026-09-01T00:00:00+02:00", true)]
    [InlineData("placedFrom=2026-09-01", false)]
    public async Task Plus_sign_is_explained_only_where_it_is_the_mistake(string query, bool isExplained) =>
        Assert.Equal(isExplained, (await api.Client.AskAsync($"/orders?{query}")).Error("placedFrom").Contains("%2B", StringComparison.Ordinal));

    /// <summary>Its checksum needed no key, so that anybody could make one, and its position was not looked at.</summary>
    [Fact]
    public async Task Cursor_of_the_earlier_form_is_a_bad_request() =>
        (await api.Client.AskAsync("/products?limit=1&cursor=AqNCUmkAOqcAD5pls9I")).IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");

    [Theory]
    [InlineData("/products", "/customers")]
    [InlineData("/customers", "/products")]
    [InlineData("/customers", "/customers?q=example")]
    [InlineData("/orders?sort=oldest", "/orders")]
    [InlineData("/orders/1/history", "/orders/4/history")]
    public async Task Cursor_of_another_list_is_a_bad_request(string one, string other)
    {
        var page = await api.Client.GetOkAsync($"{one}{(one.Contains('?') ? '&' : '?')}limit=1");
        var cursor = page.GetProperty("nextCursor").GetString();

        var answer = await api.Client.AskAsync($"{other}{(other.Contains('?') ? '&' : '?')}cursor={cursor}");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains("different filters", answer.Error("cursor"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1234")]
    [InlineData("alice.johnson@example.com")]
    [InlineData("Alice.Johnson@Example.com")]
    public async Task GetCustomer_takes_an_id_or_an_email(string key)
    {
        var customer = await api.Client.GetOkAsync($"/customers/{key}");

        Assert.Equal(1234, customer.GetProperty("id").GetInt64());
        Assert.Equal("Alice Johnson", customer.GetProperty("name").GetString());
        Assert.Equal("alice.johnson@example.com", customer.GetProperty("email").GetString());
        Assert.Equal("active", customer.GetProperty("status").GetString());
    }

    [Fact]
    public async Task GetCustomer_and_GetProduct_give_advice_when_not_found()
    {
        (await api.Client.AskAsync("/customers/99")).IsProblem(HttpStatusCode.NotFound, "customer-not-found");
        (await api.Client.AskAsync("/customers/no@example.com")).IsProblem(HttpStatusCode.NotFound, "customer-not-found");
        (await api.Client.AskAsync("/customers/alice")).IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        (await api.Client.AskAsync("/products/NONE")).IsProblem(HttpStatusCode.NotFound, "product-not-found");
        (await api.Client.AskAsync("/products/none")).IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
    }

    [Fact]
    public async Task GetProduct_answers_price_and_stock()
    {
        var product = await api.Client.GetOkAsync("/products/BAG-15");

        Assert.Equal(69.00m, product.GetProperty("unitPrice").GetDecimal());
        Assert.Equal("USD", product.GetProperty("currency").GetString());
        Assert.Equal(0, product.GetProperty("stock").GetInt32());
    }

    private static string Join(JsonElement page, string key) =>
        string.Join(',', page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty(key).ToString()));
}
