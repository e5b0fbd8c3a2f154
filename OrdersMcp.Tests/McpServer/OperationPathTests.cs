namespace OrdersMcp.Tests.McpServer;

/// <summary>Paths as frameworks and people write them.</summary>
[Trait("Category", "Unit")]
public sealed class OperationPathTests
{
    [Theory]
    [InlineData("/a/{id:[0-9]{1,3}}", """{ "id": "5" }""", "/a/5")]
    [InlineData("/b/{path*}", """{ "path": "x/y z" }""", "/b/x/y%20z")]
    [InlineData("/b/{*path}", """{ "path": "/x/y" }""", "/b/x/y")]
    [InlineData("/c/{+path}", """{ "path": "x/y" }""", "/c/x/y")]
    [InlineData("/d/{id}", """{ "id": "x/y" }""", "/d/x%2Fy")]
    [InlineData("/e{?page,size}", "{}", "/e")]
    [InlineData("/f?kind=a", """{ "x": "1" }""", "/f?kind=a&x=1")]
    [InlineData("/g?q={x}", """{ "x": "a&b" }""", "/g?q=a%26b")]
    [InlineData("/i/{id}:cancel", """{ "id": "7" }""", "/i/7:cancel")]
    public async Task Path_is_filled_in(string path, string arguments, string target)
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x", "parameters": [ { "name": "x", "in": "query", "schema": { "type": "string" } } ] }""", path);

        Assert.Equal(target, await bench.TargetAsync(arguments));
    }

    [Theory]
    [InlineData("/b/{path*}", "x/../y")]
    [InlineData("/b/{path*}", "x/./y")]
    [InlineData("/b/{+path}", "..")]
    [InlineData("/d/{path}", "..")]
    public async Task Value_that_leads_elsewhere_is_refused(string path, string value)
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", path);

        Assert.Contains("path", (await bench.ErrorsAsync($$"""{ "path": "{{value}}" }""")).Select(error => error.Key));
    }

    [Fact]
    public void Parameter_that_nobody_declares_is_a_required_text_and_a_warning()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", "/x/{id}");

        Assert.Equal("""{"type":"object","properties":{"id":{"type":"string"}},"required":["id"],"additionalProperties":false}""", bench.Input);
        Assert.Contains("'{id}', which is not a parameter", Assert.Single(bench.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameter_may_be_declared_as_it_is_written_in_the_path() => Assert.Equal(
        "integer",
        ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "id:[0-9]+", "in": "path", "required": true, "schema": { "type": "integer" } } ] }""", "/x/{id:[0-9]+}")
            .Property("id").GetProperty("type").GetString());
}
