namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>hostile.json: invalid content in a document, by mistake or on purpose.</summary>
[Trait("Category", "Unit")]
public sealed class HostileTests
{
    private readonly ToolBench _bench = CorpusDocument.Bench("hostile.json");

    [Fact]
    public void Operation_that_cannot_be_called_is_not_a_tool() => Assert.Contains(
        _bench.Warnings,
        warning => warning.Operation == "GET /elsewhere" && warning.Text.StartsWith("is not a tool", StringComparison.Ordinal)
            && warning.Text.Contains("'a' is in 'body'", StringComparison.Ordinal));

    [Fact]
    public void Parameter_of_the_path_that_nobody_declares_is_a_required_text() => Assert.Contains(
        _bench.Warnings,
        warning => warning.Operation == "GET /undeclared/{a}/{b}" && warning.Text.Contains("'{b}', which is not a parameter", StringComparison.Ordinal));

    [Fact]
    public void Text_is_bounded_and_has_no_terminal_controls()
    {
        var tool = _bench.Tool("get_injected").Definition;

        Assert.DoesNotContain(tool.Description!, letter => char.IsControl(letter) && letter is not '\n');
        Assert.DoesNotContain('\u202e', tool.Description!);
        Assert.DoesNotContain("\\u001b", _bench.Input("get_injected"), StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("Gets it.", tool.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Special_names_are_ordinary_names()
    {
        var request = await _bench.SendAsync(
            "get_injected", """{ "constructor": "a", "__proto": "b", "toString": "c", "q_evil": "d" }""");

        Assert.Equal("/injected?q%22%7D%2C%22evil%22%3A%7B=d&constructor=a&__proto__=b&toString=c", request.Target);
    }

    [Fact]
    public async Task Header_or_cookie_that_a_request_cannot_have_is_refused()
    {
        Assert.Contains(
            "cannot be sent as the header",
            await _bench.RefuseAsync("get_headers", """{ "X_evil_Injected": "x" }"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^[a-z0-9_-]+$", true)]
    [InlineData("^\\\\d{1,3}(\\\\.\\\\d+)?$", true)]
    [InlineData("^\\\\p{L}+[\\\\w\\\\-.]$", true)]
    [InlineData("[", false)]
    [InlineData("^[\\\\w-.]+$", false)]
    [InlineData("^a\\\\Z", false)]
    [InlineData("^a\\\\-b$", false)]
    [InlineData("^{[a-z]+}$", false)]
    public void Pattern_that_no_client_can_compile_is_left_out_with_a_warning(string pattern, bool isKept)
    {
        var bench = ToolBench.OfBody($$"""{ "type": "object", "properties": { "v": { "type": "string", "pattern": "{{pattern}}" } } }""");

        Assert.Equal(isKept, bench.Property("v").TryGetProperty("pattern", out _));
        Assert.Equal(isKept ? 0 : 1, bench.Warnings.Count);
    }

    [Fact]
    public async Task Catastrophic_pattern_is_bounded()
    {
        var tool = _bench.Tools.Single(each => each.Metadata.Path == "/types/{id}");

        var result = await ToolBench.CallAsync(tool, $$"""{ "id": "x", "lookahead": "{{new string('a', 40)}}!" }""")
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.NotNull(result);
    }

    [Fact]
    public void Deeply_nested_schema_gives_a_warning_and_a_valid_tool()
    {
        const int Depth = 100;
        var open = string.Concat(Enumerable.Repeat("""{"type":"object","properties":{"p":""", Depth));

        var bench = ToolBench.OfBody($$"""{{open}}{"type":"string"}{{new string('}', 2 * Depth)}}""");

        Assert.Contains("nested", Assert.Single(bench.Warnings).Text, StringComparison.Ordinal);
        ToolSchemaRules.AssertValid(bench.Tool.Definition.InputSchema);
    }

    [Fact]
    public void Long_texts_and_lists_are_cut_with_a_warning()
    {
        var text = new string('d', 500_000);
        var values = string.Join(',', Enumerable.Range(0, 50_000).Select(value => $"\"value {value}\""));
        var bench = ToolBench.OfOperation(
            $$"""{ "operationId": "x", "summary": "{{text}}", "description": "{{text}}", "parameters": [ { "name": "a", "in": "query", "description": "{{text}}", "schema": { "enum": [{{values}}] } } ] }""");

        Assert.InRange(bench.Tool.Definition.Description!.Length, 1, 1024);
        Assert.InRange(bench.Tool.Definition.Title!.Length, 1, 80);
        Assert.InRange(bench.Property("a").GetProperty("description").GetString()!.Length, 1, 400);
        Assert.Contains(bench.Warnings, warning => warning.Text.Contains("cut", StringComparison.Ordinal));
    }

    [Fact]
    public void Failure_on_one_operation_affects_only_that_operation()
    {
        var bench = ToolBench.Of(Documents.With(
            """
            {
              "/good": { "get": { "operationId": "good" } },
              "/bad": { "get": { "operationId": "bad", "summary": "half a character: \\ud800" } },
              "/half\\ud800": { "get": { "operationId": "path" } }
            }
            """.Replace("\\\\", "\\", StringComparison.Ordinal)));

        Assert.Equal("good", bench.Tool.Definition.Name);
        Assert.Equal(
            [
                "GET /bad: is not a tool: the server fails on it",
                "a path: is not a tool: the server fails on it",
                "x-mcp: Resources, prompts and changes are left out: the server fails on them",
            ],
            bench.Warnings.Select(warning => warning.ToString().Split(" (InvalidOperationException: ")[0]).Order(StringComparer.Ordinal));
        Assert.All(bench.Warnings, warning => Assert.IsType<InvalidOperationException>(warning.Cause));
    }

    [Theory]
    [InlineData("/../../x", "..")]
    [InlineData("/a/./x", ".")]
    [InlineData("/a/%2E%2e/x", "%2E%2e")]
    [InlineData("/a/..", "..")]
    [InlineData("/a\\..\\x", "..")]
    public void Path_that_leaves_the_api_is_not_a_tool(string path, string segment)
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", path: path.Replace("\\", "\\\\", StringComparison.Ordinal));

        Assert.Empty(bench.Tools);
        Assert.Equal($"GET {path}: is not a tool: The path has the segment '{segment}', which leads out of the API's address.", Assert.Single(bench.Warnings).ToString());
    }

    [Fact]
    public void Path_to_another_host_is_not_a_tool()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", path: "@elsewhere.test/x");

        Assert.Empty(bench.Tools);
        Assert.Equal("GET @elsewhere.test/x: is not a tool: The path does not begin with a slash.", Assert.Single(bench.Warnings).ToString());
    }

    [Fact]
    public async Task Path_that_has_dots_within_names_is_a_tool()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", path: "/v1.0/...x/.well-known");

        Assert.Equal("/v1.0/...x/.well-known", await bench.TargetAsync("{}"));
    }

    [Fact]
    public async Task Value_that_completes_escaped_dots_is_rejected()
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } } ] }""",
            path: "/a/%2e{id}/b");

        var result = await ToolBench.CallAsync(bench.Tool, """{ "id": "." }""");

        Assert.True(result.IsError);
        Assert.Empty(bench.Requests);
    }
}
