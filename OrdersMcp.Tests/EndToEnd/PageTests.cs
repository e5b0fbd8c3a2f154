using Microsoft.Playwright;
using ModelContextProtocol.Client;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The pages behind the printed links, in a real browser.</summary>
[Collection(StackCollection.Name)]
public sealed class PageTests(SharedStack shared)
{
    [Fact]
    public async Task Inspectors_link_opens_it_connected_and_it_lists_the_tools()
    {
        var inspector = shared.Inspector;
        await using var browser = await Browser.StartAsync();

        var page = await browser.OpenAsync(inspector.Link);
        await page.GetByText("Tools", new() { Exact = true }).First.ClickAsync();

        await Assertions.Expect(page.GetByText("get_order", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("list_orders", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Dashboards_link_opens_it_without_a_login_and_it_shows_what_a_tool_call_logged()
    {
        var dashboard = shared.Dashboard;
        await using var browser = await Browser.StartAsync();

        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(shared.Stack.Manifest.Mcp.Endpoint) }),
            cancellationToken: TestContext.Current.CancellationToken);
        await client.CallToolAsync("get_product", new Dictionary<string, object?> { ["sku"] = "LAP-14" }, cancellationToken: TestContext.Current.CancellationToken);

        // The link logs in; the first page is of resources where there are some.
        var page = await browser.OpenAsync(dashboard.Link);
        await page.GotoAsync($"{dashboard.Url}/structuredlogs");

        await Assertions.Expect(page.GetByText("Tool get_product: ok").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Gridcell, new() { Name = "mcp", Exact = true }).First).ToBeVisibleAsync();

        // The details say which tool, and which version of which instance it was.
        await page.GetByText("Tool get_product: ok").First.ClickAsync();
        foreach (var name in new[] { "Outcome", "service.version", "service.instance.id" })
        {
            await Assertions.Expect(page.GetByText(name, new() { Exact = true }).First).ToBeVisibleAsync();
        }
    }
}
