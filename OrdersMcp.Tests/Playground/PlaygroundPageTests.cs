using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OrdersMcp.Tests.Playground;

/// <summary>The page of the playground in Chromium: what a person sees and does.</summary>
[Collection(PlaygroundCollection.Name)]
[Trait("Category", "Browser")]
public sealed class PlaygroundPageTests(PlaygroundFixture fixture)
{
    private const string Order7 = """{"orderId":7}""";

    [Fact]
    public async Task Example_is_answered_with_a_card_for_the_call()
    {
        await using var playground = await OpenAsync();
        var page = playground.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "Show order 999999" }).ClickAsync();

        var card = page.GetByRole(AriaRole.Group, new() { Name = "Tool call: " });
        await Assertions.Expect(card).ToContainTextAsync("get_order");
        await Assertions.Expect(card).ToContainTextAsync("Failed");
        await Assertions.Expect(card).ToContainTextAsync("999999");
        await Assertions.Expect(card).ToContainTextAsync("No such order");
        await Assertions.Expect(card).ToContainTextAsync("ms");
        Assert.StartsWith("http://localhost:18888/traces/detail/", await card.GetByRole(AriaRole.Link, new() { Name = "Trace" }).GetAttributeAsync("href"), StringComparison.Ordinal);
        await Assertions.Expect(page.GetByText("I cannot show order 999999.").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".usage")).ToContainTextAsync("2 turns");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Answer: I am a scripted model");
    }

    [Fact]
    public async Task Result_is_a_table_or_JSON()
    {
        await using var playground = await OpenAsync();

        await playground.AskAsync("Show order 7");

        await Assertions.Expect(playground.Calls.Locator(".facts")).ToContainTextAsync("pending");
        await playground.Calls.GetByRole(AriaRole.Button, new() { Name = "JSON" }).ClickAsync();
        await Assertions.Expect(playground.Calls.GetByLabel("Result as JSON")).ToContainTextAsync("\"status\": \"pending\"");
        await playground.CheckAsync();
    }

    [Fact]
    public async Task Confirmation_shows_the_exact_call_and_makes_it_once_the_person_agrees()
    {
        var before = fixture.Shop.Changes.Count();
        await using var playground = await OpenAsync();

        await playground.AskAsync("Cancel order 7");

        await Assertions.Expect(playground.Dialog).ToContainTextAsync("Cancel order 7? It is pending");
        await Assertions.Expect(playground.Dialog.Locator(".exact")).ToContainTextAsync("cancel_order");
        await Assertions.Expect(playground.Dialog.Locator(".exact dt")).ToHaveTextAsync(["orderId", "reason"]);
        await Assertions.Expect(playground.Dialog.Locator(".exact dd").First).ToHaveTextAsync("7");
        await Assertions.Expect(playground.Dialog.GetByRole(AriaRole.Button, new() { Name = "Decline" })).ToBeFocusedAsync();
        Assert.Equal(before, fixture.Shop.Changes.Count());
        await playground.Dialog.Locator("button[type=submit]").ClickAsync();

        await Assertions.Expect(playground.Page.GetByText("Order 7 is now cancelled").First).ToBeVisibleAsync();
        await Assertions.Expect(playground.Calls).ToHaveCountAsync(1);
        Assert.Equal(before + 1, fixture.Shop.Changes.Count());
    }

    [Theory]
    [InlineData("Enter")] // the focus is on Decline
    [InlineData("Escape")]
    public async Task Declined_call_is_not_made(string key)
    {
        var before = fixture.Shop.Changes.Count();
        await using var playground = await OpenAsync();

        await playground.AskAsync("Cancel order 7");
        await Assertions.Expect(playground.Dialog.GetByRole(AriaRole.Button, new() { Name = "Decline" })).ToBeFocusedAsync();
        await playground.Page.Keyboard.PressAsync(key);

        await Assertions.Expect(playground.Calls).ToContainTextAsync("Declined");
        await Assertions.Expect(playground.Page.GetByText("Order 7 is not cancelled").First).ToBeVisibleAsync();
        await Assertions.Expect(playground.Question).ToBeFocusedAsync();
        Assert.Equal(before, fixture.Shop.Changes.Count());
    }

    [Fact]
    public async Task Open_question_and_conversation_survive_a_reload()
    {
        await using var playground = await OpenAsync();
        await playground.AskAsync("Cancel order 7");
        await Assertions.Expect(playground.Dialog).ToBeVisibleAsync();
        await playground.Page.WaitForFunctionAsync("sessionStorage['playground-conversation']?.includes('\"questions\":[{')");

        await playground.Page.ReloadAsync();
        await Assertions.Expect(playground.Dialog).ToContainTextAsync("Cancel order 7?");
        await playground.Dialog.GetByRole(AriaRole.Button, new() { Name = "Decline" }).ClickAsync();
        await Assertions.Expect(playground.Page.GetByText("Order 7 is not cancelled").First).ToBeVisibleAsync();

        await playground.Page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).ClickAsync();
        await Assertions.Expect(playground.Page.GetByRole(AriaRole.Heading, new() { Name = "Ask about your orders" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Stop_ends_the_answer_up_to_the_model()
    {
        fixture.Models.Begin(ModelTurn.Hang("One moment"), ModelTurn.Say("Here I am again."));
        await using var playground = await OpenAsync();
        await playground.ChooseAsync("Model", "claude");

        await playground.AskAsync("How is order 7?");
        await Assertions.Expect(playground.Page.GetByText("One moment").First).ToBeVisibleAsync();
        await playground.Stop.ClickAsync();

        await Assertions.Expect(playground.Page.GetByText("You stopped the answer.").First).ToBeVisibleAsync();
        await Assertions.Expect(playground.Question).ToBeFocusedAsync();
        await playground.CheckAsync();
        await fixture.Models.ClientLeft.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await playground.AskAsync("Go on");
        await Assertions.Expect(playground.Page.GetByText("Here I am again.").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Cut_answer_is_repeated_when_the_person_tries_again()
    {
        fixture.Models.Begin(ModelTurn.BreakOff("Order 7 is"), ModelTurn.Call(("get_order", Order7)), ModelTurn.Say("Order 7 is pending."));
        await using var playground = await OpenAsync();
        await playground.ChooseAsync("Model", "claude");

        await playground.AskAsync("How is order 7?");
        await Assertions.Expect(playground.Page.Locator(".markdown")).ToContainTextAsync("Order");
        fixture.Models.CutOff(hasArrived: true);
        await Assertions.Expect(playground.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
        await playground.CheckAsync();
        await playground.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(playground.Question).ToBeFocusedAsync();

        await Assertions.Expect(playground.Page.Locator(".markdown")).ToHaveTextAsync("Order 7 is pending.");
        await Assertions.Expect(playground.Calls).ToHaveCountAsync(1);
        await Assertions.Expect(playground.Page.Locator(".problem")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Server_that_goes_away_is_an_error_from_which_the_page_recovers()
    {
        await using var playground = await OpenAsync();
        await playground.Page.RouteAsync("**/chat/stream", route => route.AbortAsync());

        await playground.AskAsync("Show order 7");
        await Assertions.Expect(playground.Page.GetByText("The server cannot be reached").First).ToBeVisibleAsync();
        await playground.Page.UnrouteAsync("**/chat/stream");
        await playground.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Assertions.Expect(playground.Page.GetByText("Order 7").First).ToBeVisibleAsync();
        await Assertions.Expect(playground.Calls).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Wrong_key_is_reported_without_the_key_and_without_a_retry_that_cannot_help()
    {
        fixture.Models.Begin();
        await using var playground = await OpenAsync();
        await playground.ChooseAsync("Model", "claude-wrong");

        await playground.AskAsync("Hello");

        await Assertions.Expect(playground.Page.Locator(".problem")).ToContainTextAsync("Playground:Models:claude-wrong:ApiKey");
        await Assertions.Expect(playground.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToHaveCountAsync(0);
        Assert.DoesNotContain("sk-wrong", await playground.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_a_model_becomes_no_markup()
    {
        fixture.Models.Begin(ModelTurn.Say("**Bold** <img src=x onerror=\"document.title='owned'\"> [run](javascript:alert(1)) ![pixel](https://example.com/p.png)"));
        await using var playground = await OpenAsync();
        await playground.ChooseAsync("Model", "gpt");

        await playground.AskAsync("Hello");

        var answer = playground.Page.Locator(".markdown");
        await Assertions.Expect(answer.Locator("strong")).ToHaveTextAsync("Bold");
        await Assertions.Expect(answer).ToContainTextAsync("<img src=x");
        await Assertions.Expect(answer.Locator("img, script")).ToHaveCountAsync(0);
        await Assertions.Expect(answer.Locator("a")).ToHaveTextAsync(["pixel"]);
        Assert.Equal("Orders playground", await playground.Page.TitleAsync());
        await playground.CheckAsync();
    }

    [Fact]
    public async Task Keyboard_is_enough()
    {
        await using var playground = await OpenAsync();
        var keyboard = playground.Page.Keyboard;

        await keyboard.PressAsync("Tab");
        await Assertions.Expect(playground.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the question" })).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(playground.Question).ToBeFocusedAsync();
        await keyboard.TypeAsync("Show order");
        await keyboard.PressAsync("Shift+Enter");
        await keyboard.TypeAsync("7");
        await Assertions.Expect(playground.Question).ToHaveValueAsync("Show order\n7");
        await keyboard.PressAsync("Enter");

        await Assertions.Expect(playground.Calls).ToHaveCountAsync(1);
        await Assertions.Expect(playground.Question).ToHaveValueAsync("");
        await Assertions.Expect(playground.Question).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Pickers_cards_and_stop_work_with_the_keyboard()
    {
        fixture.Models.Begin(ModelTurn.Call(("get_order", Order7)), ModelTurn.Hang("One moment"));
        await using var playground = await OpenAsync();
        var (page, keyboard) = (playground.Page, playground.Page.Keyboard);

        await playground.Question.FocusAsync();
        await keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByLabel("Model", new() { Exact = true })).ToBeFocusedAsync();
        await keyboard.TypeAsync("Model claude");
        await Assertions.Expect(page.GetByLabel("Model", new() { Exact = true })).ToHaveValueAsync("claude");
        await keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByLabel("Caller", new() { Exact = true })).ToBeFocusedAsync();
        await playground.Question.FocusAsync();
        await keyboard.TypeAsync("How is order 7?");
        await keyboard.PressAsync("Enter");

        await Assertions.Expect(page.GetByText("One moment").First).ToBeVisibleAsync();
        var head = playground.Calls.Locator(".call-head");
        await head.FocusAsync();
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(head).ToHaveAttributeAsync("aria-expanded", "false");
        await keyboard.PressAsync("Space");
        await Assertions.Expect(head).ToHaveAttributeAsync("aria-expanded", "true");
        await playground.Question.FocusAsync();
        for (var i = 0; i < 3; i++) // the model, the caller, then stop
        {
            await keyboard.PressAsync("Tab");
        }

        await Assertions.Expect(playground.Stop).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("You stopped the answer.").First).ToBeVisibleAsync();
        await Assertions.Expect(playground.Question).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Focus_on_send_does_not_become_focus_on_stop()
    {
        fixture.Models.Begin(ModelTurn.Hang("One moment"));
        await using var playground = await OpenAsync();
        await playground.ChooseAsync("Model", "claude");
        await playground.Question.FillAsync("How is order 7?");

        // Two quick clicks would ask and stop at once if the buttons were the same element.
        var send = await playground.Send.ElementHandleAsync();
        await send.ClickAsync();

        await Assertions.Expect(playground.Stop).ToBeVisibleAsync();
        Assert.False(await send.EvaluateAsync<bool>("button => button.isConnected"));
    }

    [Fact]
    public async Task Limit_that_is_reached_is_named()
    {
        fixture.Models.Begin(_ => ModelTurn.Call(("get_order", Order7)));
        await using var playground = await OpenAsync();
        await playground.ChooseAsync("Model", "claude");

        await playground.AskAsync("How is order 7?");

        await Assertions.Expect(playground.Page.Locator(".problem.limit")).ToContainTextAsync("Limit reached: model turns");
        await Assertions.Expect(playground.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("A limit was reached.");
        await playground.CheckAsync();
    }

    [Fact]
    public async Task Running_answer_is_accessible()
    {
        fixture.Models.Begin(ModelTurn.Hang("One moment"));
        await using var playground = await OpenAsync();
        await playground.ChooseAsync("Model", "claude");

        await playground.AskAsync("How is order 7?");

        await Assertions.Expect(playground.Page.GetByText("One moment").First).ToBeVisibleAsync();
        await playground.CheckAsync();
    }

    [Fact]
    public async Task Page_without_a_model_says_how_to_get_one()
    {
        await using var alone = PlaygroundApplication.Start(("Playground:Server", fixture.Mcp.Endpoint.AbsoluteUri));
        await using var playground = await PlaygroundPage.OpenAsync(alone.Address);

        await Assertions.Expect(playground.Page.Locator(".notice")).ToContainTextAsync("No model is configured, so a scripted model answers");
        await Assertions.Expect(playground.Page.Locator(".notice")).ToContainTextAsync("Playground:Models:claude:ApiKey");
        await playground.CheckAsync();
    }

    [Fact]
    public async Task Reload_in_the_middle_of_an_answer_keeps_the_call_that_was_made()
    {
        fixture.Models.Begin(ModelTurn.Call(("get_order", Order7)), ModelTurn.Hang("One moment"));
        await using var playground = await OpenAsync();
        await playground.ChooseAsync("Model", "claude");
        await playground.AskAsync("How is order 7?");
        await Assertions.Expect(playground.Page.GetByText("One moment").First).ToBeVisibleAsync();

        await playground.Page.ReloadAsync();

        await Assertions.Expect(playground.Page.GetByText("The page was reloaded").First).ToBeVisibleAsync();
        await Assertions.Expect(playground.Calls).ToContainTextAsync("get_order");
        await Assertions.Expect(playground.Page.GetByText("One moment").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Saved_conversation_that_breaks_the_page_can_be_left()
    {
        await using var playground = await OpenAsync();
        await playground.Page.EvaluateAsync("sessionStorage['playground-conversation'] = '{\"format\":2,\"conversation\":{\"runs\":[{}],\"history\":[],\"questions\":[]}}'");
        // The page saves what it shows when it is left.
        await playground.Page.EvaluateAsync("Storage.prototype.setItem = () => {}");

        await playground.Page.ReloadAsync();
        await Assertions.Expect(playground.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The page failed");
        await playground.Page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).ClickAsync();

        await Assertions.Expect(playground.Page.GetByRole(AriaRole.Heading, new() { Name = "Ask about your orders" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(375, ColorScheme.Light)]
    [InlineData(375, ColorScheme.Dark)]
    public async Task Page_is_accessible_in_both_themes_on_wide_and_narrow_screens(int width, ColorScheme theme)
    {
        await using var playground = await OpenAsync(width, theme);
        await playground.CheckAsync();

        await playground.AskAsync("Show order 7");
        await Assertions.Expect(playground.Page.Locator(".usage")).ToHaveCountAsync(1);
        await playground.CheckAsync();

        await playground.Page.GetByRole(AriaRole.Button, new() { Name = "What can this caller do?" }).ClickAsync();
        await Assertions.Expect(playground.Dialog).ToContainTextAsync("get_order");
        await playground.CheckAsync();
        await playground.Page.Keyboard.PressAsync("Escape");

        await playground.AskAsync("Cancel order 7");
        await Assertions.Expect(playground.Dialog).ToContainTextAsync("Cancel order 7?");
        await playground.CheckAsync();
        await playground.Page.Keyboard.PressAsync("Escape");

        // The switch shows the other theme, also after a reload.
        var isDark = theme == ColorScheme.Dark;
        var background = await BackgroundAsync(playground);
        await playground.Page.GetByRole(AriaRole.Button, new() { Name = "Dark theme", Pressed = isDark }).ClickAsync();
        await playground.Page.ReloadAsync();
        await Assertions.Expect(playground.Page.GetByRole(AriaRole.Button, new() { Name = "Dark theme", Pressed = !isDark })).ToBeVisibleAsync();
        Assert.NotEqual(background, await BackgroundAsync(playground));
        await playground.CheckAsync();
    }

    [Fact]
    public async Task Conversation_is_saved_as_evaluation_cases()
    {
        await using var playground = await OpenAsync();
        await playground.AskAsync("Show order 7");
        await Assertions.Expect(playground.Page.Locator(".usage")).ToHaveCountAsync(1);

        var download = await playground.Page.RunAndWaitForDownloadAsync(() =>
            playground.Page.GetByRole(AriaRole.Button, new() { Name = "Save as evaluation" }).ClickAsync());
        await using var file = await download.CreateReadStreamAsync();
        var saved = (await JsonNode.ParseAsync(file, cancellationToken: TestContext.Current.CancellationToken))!.AsArray().Single()!;

        Assert.Equal("Show order 7", saved["prompt"]!.ToString());
        Assert.Equal("""[{"name":"get_order","arguments":{"orderId":7}}]""", saved["toolCalls"]!.ToJsonString());
        Assert.Equal("[]", saved["mustContain"]!.ToJsonString());
    }

    private Task<PlaygroundPage> OpenAsync(int width = 1280, ColorScheme theme = ColorScheme.Light) =>
        PlaygroundPage.OpenAsync(fixture.Playground.Address, width, theme);

    private static Task<string> BackgroundAsync(PlaygroundPage playground) =>
        playground.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
}
