using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The pages behind the printed links, in a real browser.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Browser")]
public sealed class PageTests(SharedStack shared)
{
    /// <summary>The dashboard and the browser share the machine with the whole stack.</summary>
    private static readonly LocatorAssertionsToBeVisibleOptions Patience = new() { Timeout = 30_000 };

    [Fact]
    public async Task Inspectors_link_opens_a_named_server_which_connects_and_lists_the_tools()
    {
        var inspector = shared.Inspector;
        await using var browser = await Browser.StartAsync();

        var page = await browser.OpenAsync(inspector.Link);
        await Assertions.Expect(page.GetByText("orders", new() { Exact = true })).ToBeVisibleAsync(Patience);
        await Assertions.Expect(page.GetByText("deep-link")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Switch).Or(page.Locator("input[type=checkbox]")).First.ClickAsync(new() { Force = true });
        await page.GetByText("Tools", new() { Exact = true }).First.ClickAsync();

        await Assertions.Expect(page.GetByText("get_order", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("list_orders", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Dashboards_link_opens_it_without_a_login_and_it_shows_what_a_tool_call_logged()
    {
        var dashboard = shared.Dashboard;
        await using var browser = await Browser.StartAsync();

        var trace = ActivityTraceId.CreateRandom().ToString();
        await Messages.CallAsync(
            new Uri(shared.Stack.Mcp.Endpoint), "get_product", new JsonObject { ["sku"] = "LAP-14" },
            [("traceparent", $"00-{trace}-00f067aa0ba902b7-01")]);
        using var telemetry = new Dashboard(dashboard);
        await telemetry.LogsAsync(trace);

        // The link logs in. The first page shows resources if there are any.
        var page = await browser.OpenAsync(dashboard.Link);
        await page.GotoAsync($"{dashboard.Url}/structuredlogs?traceId={trace}");

        await Assertions.Expect(page.GetByText("Tool get_product: ok").First).ToBeVisibleAsync(Patience);
        await Assertions.Expect(page.GetByRole(AriaRole.Gridcell, new() { Name = "mcp", Exact = true }).First).ToBeVisibleAsync(Patience);

        // The details contain the tool, and the version and instance of the service.
        await page.GetByText("Tool get_product: ok").First.ClickAsync();
        foreach (var name in new[] { "Outcome", "service.version", "service.instance.id" })
        {
            await Assertions.Expect(page.GetByText(name, new() { Exact = true }).First).ToBeVisibleAsync(Patience);
        }
    }
}
