using System.Globalization;
using System.Net;
using System.Text.Json;
using OrdersMcp.Api.Completion;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class CompletionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("order-ids?prefix=1", "1 10 11 12 13 14 15 16")]
    [InlineData("order-ids?prefix=16", "16")]
    [InlineData("order-ids?prefix=17", "")]
    [InlineData("order-ids?prefix=01", "")]
    [InlineData("order-ids?prefix=x", "")]
    [InlineData("order-ids?prefix=9223372036854775807", "")]
    [InlineData("order-ids?prefix=99999999999999999999", "")]
    [InlineData("order-ids?prefix=", "16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1")]
    [InlineData("customer-ids?prefix=12", "1234")]
    [InlineData("customer-ids", "7890 6789 5678 4567 3456 2345 1234")]
    public async Task Ids_are_completed_by_their_first_digits(string request, string expected)
    {
        var answer = await api.Client.GetOkAsync($"/completion/{request}");

        Assert.Equal(expected, string.Join(' ', Values(answer)));
        Assert.Equal(Values(answer).Length, answer.GetProperty("total").GetInt32());
        Assert.False(answer.GetProperty("hasMore").GetBoolean());
    }

    [Theory]
    [InlineData("ali", "Alice Johnson")]
    [InlineData("GOM", "Carla Gómez")]
    [InlineData("car gó", "Carla Gómez")]
    [InlineData("lice", "")]
    [InlineData("'&:*", "")]
    public async Task Customers_are_completed_by_the_beginnings_of_their_names(string prefix, string expected)
    {
        var answer = await api.Client.GetOkAsync($"/completion/customers?prefix={WebUtility.UrlEncode(prefix)}");

        Assert.Equal(expected, string.Join(' ', Values(answer)));
    }

    [Fact]
    public async Task Prefix_that_is_too_long_is_rejected() =>
        (await api.Client.AskAsync($"/completion/customers?prefix={new string('a', 101)}"))
            .IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");

    [Theory]
    [InlineData("1")]
    [InlineData("12")]
    [InlineData("922337203685477580")]
    public void Ranges_contain_exactly_the_ids_that_start_with_the_prefix(string prefix)
    {
        var (lows, highs) = IdCompletion.RangesOf(prefix);

        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var id = random.NextInt64(1, long.MaxValue) >> random.Next(62) | 1;
            Assert.Equal(
                id.ToString(CultureInfo.InvariantCulture).StartsWith(prefix, StringComparison.Ordinal),
                lows.Zip(highs).Any(range => range.First <= id && id <= range.Second));
        }

        Assert.All(lows.Concat(highs), id =>
            Assert.StartsWith(prefix, id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Assert.All(highs.Zip(lows.Skip(1)), gap => Assert.True(gap.First < gap.Second));
    }

    private static string[] Values(JsonElement answer) =>
        [.. answer.GetProperty("values").EnumerateArray().Select(value => value.GetString()!)];
}

[Trait("Category", "Postgres")]
public sealed class CompletionAtSizeTests(SeededApi api) : IClassFixture<SeededApi>
{
    [Theory]
    [InlineData("order-ids?prefix=1", "1", "10", "11")]
    [InlineData("order-ids?prefix=", "50000", "49999", "49998")]
    [InlineData("customers?prefix=amara", "Amara Abe", "Amara Baker", "Amara Cohen")]
    public async Task Completion_is_truncated_and_says_so(string request, params string[] first)
    {
        var answer = await api.Client.GetOkAsync($"/completion/{request}");

        var values = answer.GetProperty("values").EnumerateArray().Select(value => value.GetString()).ToArray();
        Assert.Equal(first, values.Take(3));
        Assert.InRange(values.Length, 4, 100);
        Assert.Equal(values.Length == 100, answer.GetProperty("hasMore").GetBoolean());
    }
}
