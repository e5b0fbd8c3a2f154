using System.Net;
using System.Text.RegularExpressions;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>The page at the root of the API.</summary>
[Trait("Category", "Postgres")]
public sealed partial class ApiPageTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Every_link_of_the_page_works()
    {
        await using var api = new ApiFactory(await postgres.CreateDatabaseAsync(), environment: "Development");
        await api.IsReadyAsync(TestContext.Current.CancellationToken);
        using var client = api.CreateClient();

        using var page = await client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        var links = Link().Matches(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .Select(match => WebUtility.HtmlDecode(match.Groups["address"].Value)).ToArray();

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("/swagger", links);
        Assert.Contains("/openapi/v1.json", links);
        Assert.Contains("/orders/1", links);
        foreach (var link in links)
        {
            using var answer = await client.GetAsync(new Uri(link, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{link} answers {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Page_is_not_an_operation_of_the_api()
    {
        await using var api = new ApiFactory(await postgres.CreateDatabaseAsync(), environment: "Development");
        using var client = api.CreateClient();

        var document = await client.GetOkAsync("/openapi/v1.json");

        Assert.False(document.GetProperty("paths").TryGetProperty("/", out _));
    }

    [Fact]
    public async Task Page_exists_only_in_development()
    {
        await using var api = new ApiFactory(await postgres.CreateDatabaseAsync());
        using var client = api.CreateClient();

        (await client.AskAsync("/")).IsProblem(HttpStatusCode.NotFound, "route-not-found");
    }

    [GeneratedRegex("href=\"(?<address>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
