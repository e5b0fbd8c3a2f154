using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.EndToEnd;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>The apps of the orders API in a browser, in a minimal host's sandbox.</summary>
[Trait("Category", "Browser")]
public sealed class AppViewTests(ApiFixture orders) : IClassFixture<ApiFixture>
{
    private const string History =
        """
        { "items": [
          { "version": 1, "at": "2026-09-01T08:00:00Z", "actor": "alice", "from": null, "to": "pending", "reason": null },
          { "version": 2, "at": "2026-09-02T08:00:00Z", "actor": "<b>bob</b>", "from": "pending", "to": "processing", "reason": "In stock." } ] }
        """;

    private const string Statistics =
        """
        { "groups": [
          { "key": "2026-09-07", "name": null, "currency": "USD", "orders": 4, "revenue": 120.5, "average": 30.13 },
          { "key": "2026-08-31", "name": null, "currency": "USD", "orders": 2, "revenue": 80, "average": 40 } ], "isTruncated": false }
        """;

    private readonly List<string> _complaints = [];

    [Fact]
    public async Task Order_card_shows_the_order_and_how_it_got_there()
    {
        await using var browser = await Browser.StartAsync();
        var (_, app) = await OpenAsync(browser, "order-card", "get_order_history cancel_order", Order("processing"));

        await Assertions.Expect(app.GetByRole(AriaRole.Heading, new() { Name = "Order 7" })).ToBeVisibleAsync();
        await Assertions.Expect(app.GetByRole(AriaRole.Row, new() { Name = "Total $30.00" })).ToBeVisibleAsync();
        var steps = app.Locator(".timeline li");
        await Assertions.Expect(steps).ToHaveCountAsync(4);
        await Assertions.Expect(steps.Nth(0)).ToContainTextAsync("alice");
        await Assertions.Expect(steps.Nth(1)).ToContainTextAsync("<b>bob</b>");
        await Assertions.Expect(steps.Nth(1)).ToContainTextAsync("In stock.");
        await Assertions.Expect(steps.Nth(2)).ToHaveTextAsync("shipped");
        await Assertions.Expect(steps.Nth(3)).ToHaveTextAsync("delivered");
        Assert.Equal("dark", await app.Locator("html").EvaluateAsync<string>("root => root.style.colorScheme"));
        Assert.DoesNotContain(_complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Order_card_cancels_the_order_once_its_user_says_why()
    {
        await using var browser = await Browser.StartAsync();
        var (page, app) = await OpenAsync(browser, "order-card", "get_order_history cancel_order", Order("pending"));

        await app.GetByRole(AriaRole.Button, new() { Name = "Cancel this order…" }).ClickAsync();
        await app.GetByRole(AriaRole.Button, new() { Name = "Cancel the order" }).ClickAsync(); // no call without a reason
        await app.GetByLabel("Why is order 7 cancelled?").FillAsync("Ordered twice.");
        await app.GetByRole(AriaRole.Button, new() { Name = "Cancel the order" }).ClickAsync();

        await Assertions.Expect(app.Locator(".status")).ToHaveTextAsync("cancelled");
        await Assertions.Expect(app.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        Assert.Equal(
            """[{"name":"cancel_order","arguments":{"orderId":7,"reason":"Ordered twice."}}]""",
            await page.EvaluateAsync<string>("JSON.stringify(calls.filter(call => call.name === 'cancel_order'))"));
    }

    [Theory]
    [InlineData("get_order_history", "pending")]
    [InlineData("get_order_history cancel_order", "shipped")]
    public async Task Order_card_offers_no_cancellation_that_would_be_refused(string tools, string status)
    {
        await using var browser = await Browser.StartAsync();
        var (_, app) = await OpenAsync(browser, "order-card", tools, Order(status));

        await Assertions.Expect(app.Locator(".status")).ToHaveTextAsync(status);
        await Assertions.Expect(app.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Order_card_shows_an_error_of_the_tool()
    {
        await using var browser = await Browser.StartAsync();
        var (_, app) = await OpenAsync(
            browser, "order-card", "", """{ "isError": true, "content": [ { "type": "text", "text": "{\"title\":\"Not found\",\"detail\":\"There is no order 7.\"}" } ] }""");

        await Assertions.Expect(app.GetByText("There is no order 7.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Statistics_are_columns_over_time_and_can_be_grouped_otherwise()
    {
        await using var browser = await Browser.StartAsync();
        var (page, app) = await OpenAsync(
            browser, "order-statistics", "get_order_statistics", $$"""{ "structuredContent": {{Statistics}} }""", """{ "groupBy": "week", "limit": 9 }""");

        await Assertions.Expect(app.GetByRole(AriaRole.Img, new() { Name = "Revenue by week" })).ToBeVisibleAsync();
        await Assertions.Expect(app.Locator("svg rect title")).ToHaveTextAsync(["2026-08-31: $80.00", "2026-09-07: $120.50"]);
        await app.GetByRole(AriaRole.Button, new() { Name = "Orders", Exact = true }).ClickAsync();
        await Assertions.Expect(app.Locator("svg rect title")).ToHaveTextAsync(["2026-08-31: 2", "2026-09-07: 4"]);
        await app.GetByRole(AriaRole.Button, new() { Name = "By status" }).ClickAsync();
        await Assertions.Expect(app.GetByRole(AriaRole.Columnheader, new() { Name = "Status" })).ToBeVisibleAsync();
        Assert.Equal(
            """[{"name":"get_order_statistics","arguments":{"groupBy":"status","limit":9}}]""", await page.EvaluateAsync<string>("JSON.stringify(calls)"));
        Assert.DoesNotContain(_complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    private static string Order(string status) => $$"""
        { "structuredContent": {
          "id": 7, "customer": { "id": 1, "name": "Ann" }, "status": "{{status}}", "currency": "USD", "total": 30, "note": null,
          "lines": [ { "sku": "A", "name": "Apple", "quantity": 3, "unitPrice": 10 } ], "carrier": null, "trackingNumber": null,
          "placedAt": "2026-09-01T08:00:00Z", "updatedAt": "2026-09-02T08:00:00Z", "version": 2 } }
        """;

    /// <summary>Opens an app as a client does: in a frame without an origin, with the arguments and the result of the tool.</summary>
    private async Task<(IPage Page, IFrameLocator App)> OpenAsync(Browser browser, string name, string tools, string result, string arguments = "{}")
    {
        var apps = JsonNode.Parse((await orders.Client.GetOkAsync("/openapi/v1.json")).GetRawText())!["x-mcp"]!["apps"]!.AsArray();
        var html = ((string)apps.Single(app => (string)app!["name"]! == name)!["html"]!)
            .Replace("name=\"mcp-tools\" content=\"\"", $"name=\"mcp-tools\" content=\"{tools}\"", StringComparison.Ordinal);
        var page = await browser.OpenAsync("about:blank");
        page.Console += (_, message) => _complaints.Add(message.Text);
        await page.SetContentAsync($$"""
            <script>
            const calls = [];
            const answers = {
              get_order_history: { structuredContent: {{History}} },
              get_order_statistics: { structuredContent: {{Statistics}} },
              cancel_order: {{Order("cancelled")}},
            };
            window.addEventListener('message', ({ source, data }) => {
              const send = message => source.postMessage({ jsonrpc: '2.0', ...message }, '*');
              if (data.method === 'ui/initialize') {
                send({ id: data.id, result: { hostCapabilities: { serverTools: {} }, hostContext: { theme: 'dark', locale: 'en-US', timeZone: 'UTC' } } });
              } else if (data.method === 'ui/notifications/initialized') {
                send({ method: 'ui/notifications/tool-input', params: { arguments: {{arguments}} } });
                send({ method: 'ui/notifications/tool-result', params: {{result}} });
              } else if (data.method === 'tools/call') {
                calls.push(data.params);
                send({ id: data.id, result: answers[data.params.name] });
              }
            });
            </script>
            <iframe sandbox="allow-scripts" width="800" height="700" srcdoc="{{WebUtility.HtmlEncode(html)}}"></iframe>
            """);
        return (page, page.FrameLocator("iframe"));
    }
}
