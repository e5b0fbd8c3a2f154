namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class TimeBoundTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    /// <summary>The database holds microseconds: a bound with more digits must not be cut to an earlier time.</summary>
    [Fact]
    public async Task Bound_between_two_microseconds_is_not_cut()
    {
        var id = await api.Client.PlaceOrderAsync();
        var placed = (await api.Client.GetOkAsync($"/orders/{id}")).GetProperty("placedAt").GetDateTimeOffset();
        var later = Uri.EscapeDataString($"{placed.AddTicks(1).UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ}");

        Assert.DoesNotContain(id, await IdsAsync($"placedFrom={later}"));
        Assert.Contains(id, await IdsAsync($"placedBefore={later}"));
    }

    private async Task<IEnumerable<long>> IdsAsync(string filter) => (await api.Client.GetOkAsync($"/orders?limit=200&{filter}"))
        .GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64());
}
