using OrdersMcp.Api.Exports;

namespace OrdersMcp.Tests.Api;

/// <summary>An export of the maximum size.</summary>
[Trait("Category", "Postgres")]
public sealed class ExportAtSizeTests(SeededApi api) : IClassFixture<SeededApi>
{
    [Fact]
    public async Task Export_takes_the_maximum_number_of_orders_and_rejects_more_with_advice()
    {
        var all = (await api.Client.WriteAsync("/exports", new { })).Text("id")!;
        var succeeded = await ExportApi.EndAsync(api.Client, all);
        Assert.Equal("succeeded", succeeded.Text("status"));
        var csv = await api.Client.GetStringAsync(
            new Uri($"/exports/{all}/content", UriKind.Relative), TestContext.Current.CancellationToken);
        var ids = csv.Split("\r\n")[1..^1].Select(line => line.Split(',')[0]).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(ExportLimits.MaxOrders, ids.Count);

        var customer = await api.Client.GetOkAsync("/customers?limit=1");
        await api.Client.WriteAsync("/orders", new
        {
            customerId = customer.GetProperty("items")[0].GetProperty("id").GetInt64(),
            lines = new[] { new { sku = "P-00001", quantity = 1 } },
        });
        var failed = await ExportApi.EndAsync(api.Client, (await api.Client.WriteAsync("/exports", new { })).Text("id")!);

        Assert.Equal("failed", failed.Text("status"));
        Assert.Contains("50,000", failed.Text("message"), StringComparison.Ordinal);
        Assert.Contains("placedFrom", failed.Text("message"), StringComparison.Ordinal);
    }
}
