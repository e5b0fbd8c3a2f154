using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.Tests.McpServer;

/// <summary>What the settings say of single tools, in place of the document.</summary>
[Trait("Category", "Unit")]
public sealed class CurationTests
{
    private const string Paths = """
        { "/things/{id}": {
            "get": { "operationId": "getThing", "summary": "S", "parameters": [
              { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } },
              { "name": "api-version", "in": "query", "required": true, "schema": { "type": "string" } },
              { "name": "debug", "in": "query", "schema": { "type": "boolean" } } ] },
            "delete": { "parameters": [ { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } } ] } },
          "/other": { "post": { "operationId": "other" } } }
        """;

    [Fact]
    public void Tool_is_named_and_described_by_the_settings()
    {
        var bench = Bench(api => api.Tools["getThing"] = new ToolOptions { Name = "get_thing", Title = "A thing", Description = "Reads it." });

        var tool = bench.Tools.Single(each => each.Metadata.Method == "GET").Definition;
        Assert.Equal(("get_thing", "A thing", "Reads it."), (tool.Name, tool.Title, tool.Description));
    }

    [Fact]
    public void Operation_without_an_id_is_named_by_method_and_path_and_may_be_hidden() => Assert.Equal(
        ["getThing", "other"], Bench(api => api.Tools["DELETE /things/{id}"] = new ToolOptions { Hide = true }).Names);

    [Fact]
    public async Task Argument_may_be_hidden_or_have_a_value_that_no_caller_changes()
    {
        var bench = Bench(api => api.Tools["getThing"] = new ToolOptions { HideArguments = ["debug"], Preset = { ["api-version"] = "2026-01-01", ["id"] = "7" } });
        var tool = bench.Tools.Single(each => each.Metadata.Method == "GET");

        await ToolBench.CallAsync(tool, "{}");

        Assert.Equal("""{"type":"object","properties":{},"additionalProperties":false}""", tool.Definition.InputSchema.GetRawText());
        Assert.Equal("/things/7?api-version=2026-01-01", bench.Request.Target);
        Assert.True((await ToolBench.CallAsync(tool, """{ "id": 8 }""")).IsError);
        Assert.Single(bench.Requests);
    }

    [Theory]
    [InlineData("api-version", "is required; preset it")]
    [InlineData("none", "which the tool does not have")]
    public void Argument_that_cannot_be_hidden_costs_the_tool_and_says_why(string argument, string reason)
    {
        var bench = Bench(api => api.Tools["getThing"] = new ToolOptions { HideArguments = [argument] });

        Assert.DoesNotContain("getThing", bench.Names);
        Assert.Contains(reason, Assert.Single(bench.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Setting_for_no_operation_names_the_nearest() => Assert.Contains(
        "Mcp:Apis:0:Tools:getThings is for an operation that the document does not have. Did you mean 'getThing'?",
        Assert.Throws<ApiDocumentException>(() => Bench(api => api.Tools["getThings"] = new ToolOptions())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("/things/*", null, "delete_things_by_id,getThing")]
    [InlineData("GET /things/*", null, "getThing")]
    [InlineData("/thing", null, "")]
    [InlineData(null, "* /things/{id}", "other")]
    [InlineData("/*", "DELETE *", "getThing,other")]
    public void Operations_are_chosen_by_path_and_method(string? include, string? exclude, string names) => Assert.Equal(
        names,
        string.Join(',', Bench(api =>
        {
            api.IncludePaths = include is null ? [] : [include];
            api.ExcludePaths = exclude is null ? [] : [exclude];
        }).Names));

    [Theory]
    [InlineData("orders", 51)]
    [InlineData("x", 56)]
    [InlineData("an-api-with-a-long-name", 45)]
    public void Longest_name_leaves_room_for_what_clients_put_before_it(string api, int length)
    {
        var id = string.Join('_', Enumerable.Range(0, 30).Select(number => $"word{number}"));
        var names = ToolBench.OfOperation($$"""{ "operationId": "{{id}}" }""", configure: options => (options.Name, options.LongestName) = (api, null)).Names;

        Assert.InRange(Assert.Single(names).Length, length - 8, length);
    }

    private static ToolBench Bench(Action<ApiOptions> configure) => ToolBench.Of(Documents.With(Paths), configure);
}
