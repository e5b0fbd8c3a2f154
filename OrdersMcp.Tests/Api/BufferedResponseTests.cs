using System.Net;
using System.Net.Http.Json;

namespace OrdersMcp.Tests.Api;

/// <summary>Responses have their length and are sent in one piece.</summary>
[Trait("Category", "Postgres")]
public sealed class BufferedResponseTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("/orders")]
    [InlineData("/orders/1")]
    [InlineData("/customers/1234")]
    [InlineData("/statistics/orders")]
    [InlineData("/admin/service")]
    [InlineData("/admin/tool-calls")]
    public async Task Response_to_a_read_has_its_length(string path)
    {
        using var response = await api.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        await IsWholeAsync(response, HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("whole")]
    public async Task Response_to_a_write_has_its_length_location_and_version(string? key)
    {
        using var placed = await PostAsync("/orders", new { customerId = 1234, lines = new[] { new { sku = "CAB-UC", quantity = 1 } } }, key);
        await IsWholeAsync(placed, HttpStatusCode.Created);
        Assert.NotNull(placed.Headers.Location);
        Assert.Equal("\"1\"", placed.Headers.ETag?.Tag);

        using var queued = await PostAsync("/exports", new { }, key is null ? null : key + "-export");
        await IsWholeAsync(queued, HttpStatusCode.Accepted);
        Assert.NotNull(queued.Headers.Location);
        using var job = await api.Client.GetAsync(queued.Headers.Location, TestContext.Current.CancellationToken);
        await IsWholeAsync(job, HttpStatusCode.OK);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key is null ? [] : [key]);
        return await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task IsWholeAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(HeaderLength(response), (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
    }

    /// <summary>The header as sent; the property would count the received bytes.</summary>
    private static int HeaderLength(HttpResponseMessage response) =>
        int.Parse(Assert.Single(response.Content.Headers.NonValidated["Content-Length"]), System.Globalization.CultureInfo.InvariantCulture);
}
