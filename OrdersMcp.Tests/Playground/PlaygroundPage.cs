using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using OrdersMcp.Tests.EndToEnd;

namespace OrdersMcp.Tests.Playground;

/// <summary>The page of the playground in a browser, for a person of a test.</summary>
internal sealed class PlaygroundPage : IAsyncDisposable
{
    private readonly Browser _browser;
    private readonly List<string> _complaints = [];

    private PlaygroundPage(Browser browser, IPage page)
    {
        (_browser, Page) = (browser, page);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal) || message.Text.Contains("TrustedScript", StringComparison.Ordinal)
                || message.Text.Contains("TrustedHTML", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
    }

    public IPage Page { get; }

    public ILocator Question => Page.GetByRole(AriaRole.Textbox, new() { Name = "Your question" });

    public ILocator Send => Page.GetByRole(AriaRole.Button, new() { Name = "Send" });

    public ILocator Stop => Page.GetByRole(AriaRole.Button, new() { Name = "Stop" });

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public ILocator Calls => Page.Locator(".call");

    /// <summary>Opens the page, or skips the test without a browser or without the page, which needs Node to build.</summary>
    public static async Task<PlaygroundPage> OpenAsync(Uri address, int width = 1280, ColorScheme theme = ColorScheme.Light)
    {
        var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync("about:blank", new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            ColorScheme = theme,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-US",
        });
        var opened = new PlaygroundPage(browser, page);
        var response = await page.GotoAsync(address.AbsoluteUri);
        if (response!.Status == 503)
        {
            await opened.DisposeAsync();
            Assert.Skip("The page is not built: the build found no Node.");
        }

        await Assertions.Expect(opened.Question).ToBeVisibleAsync();
        return opened;
    }

    public async Task AskAsync(string prompt)
    {
        await Question.FillAsync(prompt);
        await Question.PressAsync("Enter");
    }

    public Task ChooseAsync(string label, string choice) => Page.GetByLabel(label, new() { Exact = true }).SelectOptionAsync(choice);

    /// <summary>Checks that nothing broke the rules of accessibility or of the page's policy, and that nothing sticks out.</summary>
    public async Task CheckAsync()
    {
        var result = await Page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(Text)));
        Assert.Equal(0, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        Assert.Empty(_complaints);
    }

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    private static string Text(AxeResultItem violation) =>
        $"{violation.Id}: {violation.Help} {string.Join(", ", violation.Nodes.Select(node => node.Html))}";
}
