using Microsoft.Playwright;
using OrdersMcp.Tests.Playground;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The playground's page against the real system: apps of the orders API, its callers, and links into the dashboard.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Browser")]
public sealed class PlaygroundAppTests(SharedStack shared)
{
    /// <summary>The dashboard and the browser share the machine with the whole stack.</summary>
    private static readonly LocatorAssertionsToBeVisibleOptions Patience = new() { Timeout = 30_000 };

    private static readonly LocatorAssertionsToContainTextOptions TextPatience = new() { Timeout = 30_000 };

    [Fact]
    public async Task App_shows_the_order_and_its_calls_are_confirmed_on_the_page()
    {
        await using var playground = await OpenAsync();
        await playground.AskAsync("Show order 3");
        var app = playground.Page.FrameLocator("iframe");

        await Assertions.Expect(app.GetByRole(AriaRole.Heading, new() { Name = "Order 3" })).ToBeVisibleAsync(Patience);
        await app.GetByRole(AriaRole.Button, new() { Name = "Cancel this order…" }).ClickAsync();
        await app.GetByLabel("Why is order 3 cancelled?").FillAsync("Only a test.");
        await app.GetByRole(AriaRole.Button, new() { Name = "Cancel the order" }).ClickAsync();

        await Assertions.Expect(playground.Dialog).ToContainTextAsync("The app of “Get an order” wants to make this call as “Read and write”.", TextPatience);
        await Assertions.Expect(playground.Dialog.Locator(".exact")).ToContainTextAsync("Only a test.");
        await playground.Dialog.GetByRole(AriaRole.Button, new() { Name = "Decline" }).ClickAsync();
        await Assertions.Expect(app.GetByRole(AriaRole.Status)).ToContainTextAsync("declined", TextPatience);
        await Assertions.Expect(app.Locator(".status")).ToHaveTextAsync("pending");
        await playground.CheckAsync();
    }

    [Fact]
    public async Task App_reaches_neither_the_page_nor_its_server()
    {
        await using var playground = await OpenAsync();
        await playground.AskAsync("Show order 1");
        await Assertions.Expect(playground.Page.FrameLocator("iframe").GetByRole(AriaRole.Heading, new() { Name = "Order 1" })).ToBeVisibleAsync(Patience);
        var frame = playground.Page.Frames.Single(each => each.Url.Contains("/apps/frame", StringComparison.Ordinal));

        Assert.Equal("null", await frame.EvaluateAsync<string>("window.origin"));
        Assert.Equal("SecurityError", await frame.EvaluateAsync<string>("() => { try { return parent.document.title; } catch (error) { return error.name; } }"));
        Assert.Equal("TypeError", await frame.EvaluateAsync<string>("url => fetch(url).then(() => 'reached', error => error.name)", $"{shared.Stack.Playground.Url}/settings"));
    }

    [Fact]
    public async Task Caller_that_may_only_read_sees_no_tool_that_writes_and_no_button_for_one()
    {
        await using var playground = await OpenAsync();
        await playground.ChooseAsync("Caller", "read-only");
        await playground.Page.GetByRole(AriaRole.Button, new() { Name = "What can this caller do?" }).ClickAsync();
        await Assertions.Expect(playground.Dialog).ToContainTextAsync("get_order", TextPatience);
        await Assertions.Expect(playground.Dialog).Not.ToContainTextAsync("cancel_order");
        await playground.Page.Keyboard.PressAsync("Escape");

        await playground.AskAsync("Show order 3");
        var app = playground.Page.FrameLocator("iframe");
        await Assertions.Expect(app.GetByRole(AriaRole.Heading, new() { Name = "Order 3" })).ToBeVisibleAsync(Patience);
        await Assertions.Expect(app.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Link_of_an_answer_opens_its_trace_on_the_dashboard()
    {
        await using var playground = await OpenAsync();
        await playground.AskAsync("Find customers named Bob");
        var link = await playground.Page.Locator(".usage a").GetAttributeAsync("href");

        await playground.Page.GotoAsync(shared.Dashboard.Link); // logs in
        await playground.Page.GotoAsync(link!);

        await Assertions.Expect(playground.Page.GetByText("tools/call search_customers").First).ToBeVisibleAsync(Patience);
    }

    private Task<PlaygroundPage> OpenAsync() => PlaygroundPage.OpenAsync(new Uri(shared.Stack.Playground.Url));
}
