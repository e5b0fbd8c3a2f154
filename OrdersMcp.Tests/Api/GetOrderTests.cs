using System.Net;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class GetOrderTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task GetOrder_answers_the_shipped_laptop_when_the_id_is_1()
    {
        var order = await api.Client.GetOkAsync("/orders/1");

        Assert.Equal(1, order.GetProperty("id").GetInt64());
        Assert.Equal(1234, order.GetProperty("customer").GetProperty("id").GetInt64());
        Assert.Equal("Alice Johnson", order.GetProperty("customer").GetProperty("name").GetString());
        Assert.Equal("shipped", order.GetProperty("status").GetString());
        var line = Assert.Single(order.GetProperty("lines").EnumerateArray());
        Assert.Equal("Laptop", line.GetProperty("name").GetString());
        Assert.Equal(1, line.GetProperty("quantity").GetInt32());
        Assert.Equal(1299.00m, order.GetProperty("total").GetDecimal());
        Assert.Equal("USD", order.GetProperty("currency").GetString());
        Assert.Equal("UPS", order.GetProperty("carrier").GetString());
        Assert.Equal("1Z999AA10123456784", order.GetProperty("trackingNumber").GetString());
    }

    [Fact]
    public async Task GetOrder_answers_null_for_what_an_order_does_not_have_yet()
    {
        var order = await api.Client.GetOkAsync("/orders/2");

        Assert.Equal("Bob Smith", order.GetProperty("customer").GetProperty("name").GetString());
        Assert.Equal(2345, order.GetProperty("customer").GetProperty("id").GetInt64());
        Assert.Equal("processing", order.GetProperty("status").GetString());
        Assert.Equal("Headphones", order.GetProperty("lines")[0].GetProperty("name").GetString());
        Assert.Null(order.GetProperty("carrier").GetString());
        Assert.Null(order.GetProperty("trackingNumber").GetString());
    }

    [Fact]
    public async Task GetOrder_answers_the_lines_in_their_order_when_there_are_several()
    {
        var order = await api.Client.GetOkAsync("/orders/11");

        Assert.Equal(
            ["LAP-14", "DOC-UC", "MON-27"],
            order.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("sku").GetString()));
    }

    [Theory]
    [InlineData("99")]
    [InlineData("9223372036854775807")]
    public async Task GetOrder_answers_not_found_when_no_order_has_the_id(string id)
    {
        var answer = await api.Client.AskAsync($"/orders/{id}");

        answer.IsProblem(HttpStatusCode.NotFound, "order-not-found");
        Assert.Contains(id, answer.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e")]
    [InlineData("9223372036854775808")]
    [InlineData("%F0%9F%92%BB")]
    public async Task GetOrder_answers_the_rule_and_the_value_when_the_id_is_malformed(string id)
    {
        var answer = await api.Client.AskAsync($"/orders/{id}");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal(
            $"must be an integer from 1 to 9223372036854775807, but was '{Uri.UnescapeDataString(id)}'.",
            answer.Error("orderId"));
    }

    [Fact]
    public async Task GetOrder_shortens_the_value_when_the_id_is_very_long()
    {
        var answer = await api.Client.AskAsync($"/orders/{new string('9', 5000)}");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.True(answer.Error("orderId").Length < 200);
    }

    [Fact]
    public async Task GetOrder_answers_a_bad_request_when_it_gets_a_query_parameter()
    {
        var answer = await api.Client.AskAsync("/orders/1?verbose=true");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains("no query parameters", answer.Error("verbose"), StringComparison.Ordinal);
    }
}
