using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The page of the MCP server in a browser.</summary>
[Trait("Category", "Browser")]
public sealed class McpPageViewTests : IAsyncLifetime
{
    private TestApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await TestApi.StartAsync(Documents.With(
            """{ "/orders/with/a-rather-long-path": { "get": { "summary": "A summary that needs more than one line of a small screen" } } }"""));
        _api.Audit["x"] = new JsonObject
        {
            ["id"] = Guid.CreateVersion7().ToString(),
            ["at"] = "2026-11-01T12:00:00Z",
            ["caller"] = "x",
            ["tool"] = "get_orders_with_a_rather_long_path",
            ["outcome"] = "ok",
            ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
            ["orderIds"] = new JsonArray(),
        };
        _server = McpApplication.Start(_api.Address);
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData(375, ColorScheme.Light, "rgb(27, 31, 36)")]
    [InlineData(1280, ColorScheme.Dark, "rgb(230, 237, 243)")]
    public async Task Page_fits_the_screen_and_follows_the_colours_of_the_system(int width, ColorScheme scheme, string text)
    {
        await using var browser = await EndToEnd.Browser.StartAsync();
        var page = await browser.OpenAsync("about:blank");
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);
        await page.SetViewportSizeAsync(width, 800);
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });

        await page.GotoAsync(_server.Endpoint.ToString());

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Orders MCP server" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Latest tool calls" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("A summary that needs more than one line of a small screen")).ToBeVisibleAsync();
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Equal(text, await page.EvaluateAsync<string>("getComputedStyle(document.body).color"));
        Assert.Equal("en", await page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.DoesNotContain(complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
    }
}
