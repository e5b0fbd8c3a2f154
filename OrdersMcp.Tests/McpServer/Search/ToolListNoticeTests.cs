using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.McpServer.Search;

/// <summary>Warnings at start: a list that is too long, and settings without effect.</summary>
[Trait("Category", "Postgres")]
public sealed class ToolListNoticeTests
{
    [Theory]
    [InlineData(null, 50, true)]
    [InlineData("All", 50, false)]
    [InlineData("Auto", 50, false)]
    [InlineData(null, 100_000, false)]
    public async Task List_beyond_the_budget_is_a_warning_unless_a_mode_is_set(string? mode, int budget, bool isWarned)
    {
        const string Warning = "more than Mcp:ToolList:TokenBudget (50). Set Mcp:ToolList:Mode";
        var logs = await LogsAsync(
            Documents.Things, isWarned ? Warning : null, [("Mcp:ToolList:TokenBudget", $"{budget}"), .. mode is null ? [] : new[] { ("Mcp:ToolList:Mode", mode) }]);

        Assert.Equal(isWarned ? 1 : 0, logs.Count(line => line.Contains(Warning, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pinned_tool_that_does_not_exist_is_a_warning_with_the_nearest_name()
    {
        const string Warning = "Mcp:ToolList:Pinned has 'list_thing', which is not a tool. Did you mean 'list_things'?";
        var logs = await LogsAsync(
            Documents.Things, Warning, ("Mcp:ToolList:Mode", "Search"), ("Mcp:ToolList:Pinned:0", "get_thing"), ("Mcp:ToolList:Pinned:1", "list_thing"));

        Assert.Single(logs, line => line.Contains(Warning, StringComparison.Ordinal));
        Assert.DoesNotContain(logs, line => line.Contains("'get_thing', which", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tool_of_a_document_with_an_own_name_is_a_warning_and_can_be_called()
    {
        await using var api = await TestApi.StartAsync(Documents.With("""{ "/x": { "get": { "operationId": "search_tools", "responses": { "200": { "description": "ok" } } } } }"""));
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure, ("Mcp:ToolList:Mode", "Search"));
        await server.WaitForHealthAsync("Healthy");

        var direct = await server.CallAsync("search_tools", new JsonObject { ["query"] = "x" });
        Assert.Empty(api.Requests);
        await server.CallAsync("call_tool", new JsonObject { ["name"] = "search_tools" });

        Assert.Contains("\"tools\"", direct["result"]!["content"]![0]!["text"]!.ToString(), StringComparison.Ordinal);
        Assert.Single(api.Requests);
        await SaidAsync(signals, "A document has a tool 'search_tools'");
        Assert.Single(signals.Logs, line => line.Contains("A document has a tool 'search_tools'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, null, "Mcp:ToolList:TokenBudget must be at least 1.")]
    [InlineData(1, ToolListMode.All, "Mcp:ToolList:Pinned is for the modes Search and Auto")]
    [InlineData(1, null, "Mcp:ToolList:Pinned is for the modes Search and Auto")]
    public void Setting_that_makes_no_sense_ends_the_start(int budget, ToolListMode? mode, string problem)
    {
        var options = new OpenApiToolsOptions
        {
            Apis = [new ApiOptions { Name = "things", Document = "http://localhost/openapi.json" }],
            ToolList = new ToolListOptions { TokenBudget = budget, Mode = mode, Pinned = budget == 0 ? [] : ["get_thing"] },
        };

        var result = new OpenApiToolsOptionsValidator().Validate(Options.DefaultName, options);

        Assert.Contains(problem, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    /// <param name="document">The document of the API.</param>
    /// <param name="warning">A line to wait for: a document counts as read just before its warnings are logged.</param>
    /// <param name="settings">The settings.</param>
    private static async Task<string[]> LogsAsync(string document, string? warning, params (string Key, string Value)[] settings)
    {
        await using var api = await TestApi.StartAsync(document);
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure, settings);
        await server.WaitForHealthAsync("Healthy");
        await Messages.ListAsync(server.Endpoint);
        if (warning is not null)
        {
            await SaidAsync(signals, warning);
        }

        return [.. signals.Logs];
    }

    private static Task SaidAsync(RecordedSignals signals, string text) => Until.TrueAsync(
        () => signals.Logs.Any(line => line.Contains(text, StringComparison.Ordinal)), () => string.Join('\n', signals.Logs));
}
