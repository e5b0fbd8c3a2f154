using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Confirmation;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Names, titles, descriptions and annotations of tools.</summary>
[Trait("Category", "Unit")]
public sealed class NamesTests
{
    [Theory]
    [InlineData("list_orders", "list_orders")]
    [InlineData("Orders.List-all", "Orders.List-all")]
    [InlineData("repos/list for user", "repos_list_for_user")]
    [InlineData("größe", "gr_e")]
    public void Operation_id_is_the_name_made_legal(string id, string name) =>
        Assert.Equal(name, ToolBench.OfOperation($$"""{ "operationId": "{{id}}" }""").Tool.Definition.Name);

    [Theory]
    [InlineData("/things/{thingId}/parts", "get_things_by_thing_id_parts")]
    [InlineData("/", "get_root")]
    public void Without_an_id_method_and_path_are_the_name(string path, string name)
    {
        var bench = ToolBench.OfOperation(
            """{ "parameters": [ { "name": "thingId", "in": "path", "schema": {} } ] }""", path);

        Assert.Equal(name, bench.Tool.Definition.Name);
    }

    [Fact]
    public void Long_name_is_shortened_to_its_words_and_keeps_its_description()
    {
        const string Id = "actions/add-repo-access-to-the-self-hosted-runner-group-in-the-organization";
        var tool = ToolBench.OfOperation($$"""{ "operationId": "{{Id}}", "description": "Adds a repository." }""").Tool.Definition;

        Assert.Matches("^actio_add_repo_acces_[a-z_]*organ_[0-9a-f]{4}$", tool.Name);
        Assert.InRange(tool.Name.Length, 20, 45);
        Assert.Equal("Adds a repository.", tool.Description);
        Assert.StartsWith("Actions add repo access to the self hosted runner", tool.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_unique_and_independent_of_other_operations_and_order()
    {
        const string A = """ "/a": { "get": { "operationId": "get thing" } } """;
        const string B = """ "/b": { "get": { "operationId": "get/thing" } } """;
        const string C = """ "/c": { "get": { "operationId": "Get_Thing" } } """;

        var names = Names($"{{{A},{B},{C}}}");

        Assert.Equal(3, names.Values.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(names, Names($"{{{C},{A},{B}}}"));
        Assert.Equal(names["/a"], Names($"{{{A},{B}}}")["/a"]);
    }

    [Fact]
    public void Thousands_of_operations_have_legal_unique_names()
    {
        var paths = string.Join(",", Enumerable.Range(0, 3000).Select(i =>
            $$""" "/organizations/{org}/very/long/path/of/segments/number/{{i}}": { "get": { "parameters": [ { "name": "org", "in": "path", "schema": {} } ] } } """));

        var names = ToolBench.Of(Documents.With($"{{{paths}}}")).Names.ToArray();

        Assert.Equal(3000, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches("^[A-Za-z0-9_.-]{1,45}$", name));
    }

    [Fact]
    public void Extension_sets_name_and_texts_of_the_tool()
    {
        var tool = ToolBench.OfOperation(
            """
            { "operationId": "x", "summary": "S", "x-mcp": { "name": "do_it", "title": "Do it", "description": "Does it.",
              "annotations": { "readOnlyHint": false, "destructiveHint": true, "idempotentHint": true, "openWorldHint": true },
              "confirm": "Really?", "scopes": ["things:write"] } }
            """).Tool;

        Assert.Equal(("do_it", "Do it", "Does it."), (tool.Definition.Name, tool.Definition.Title, tool.Definition.Description));
        Assert.Equal(
            (false, true, true, true),
            (tool.Definition.Annotations!.ReadOnlyHint, tool.Definition.Annotations.DestructiveHint, tool.Definition.Annotations.IdempotentHint, tool.Definition.Annotations.OpenWorldHint));
        Assert.Equal("Really?", tool.Confirmation?.Message);
        Assert.Equal(["things:write"], tool.Metadata.Scopes);
    }

    [Theory]
    [InlineData("get", true, true, false)]
    [InlineData("head", true, true, false)]
    [InlineData("post", false, false, false)]
    [InlineData("put", false, true, false)]
    [InlineData("patch", false, false, false)]
    [InlineData("delete", false, true, true)]
    public void Annotations_follow_the_method(string method, bool readOnly, bool idempotent, bool destructive)
    {
        var annotations = ToolBench.OfOperation("""{ "operationId": "x" }""", method: method).Tool.Definition.Annotations!;

        Assert.Equal((readOnly, idempotent, destructive), (annotations.ReadOnlyHint, annotations.IdempotentHint, annotations.DestructiveHint));
        Assert.False(annotations.OpenWorldHint);
    }

    [Fact]
    public void Description_is_bounded_plain_text_and_says_what_is_deprecated()
    {
        var bench = ToolBench.OfOperation($$"""{ "operationId": "x", "deprecated": true, "description": "<p>Does <code>it</code> for <id>.</p> {{new string('w', 900)}} {{new string('v', 900)}}" }""");

        Assert.StartsWith("Deprecated. Does it for <id>.", bench.Tool.Definition.Description, StringComparison.Ordinal);
        Assert.InRange(bench.Tool.Definition.Description!.Length, 900, 1024);
        Assert.Contains(bench.Warnings, warning => warning.ToString().StartsWith("GET /x: The description has", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DescribedResponses.None, "Does it.")]
    [InlineData(DescribedResponses.Success, "Does it.\n200: Fine.")]
    [InlineData(DescribedResponses.All, "Does it.\n200: Fine.\n404: Not there.")]
    public void Responses_are_described_as_asked(DescribedResponses responses, string description)
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "description": "Does it.", "responses": { "404": { "description": "Not there." }, "200": { "description": "Fine." } } }""",
            configure: api => api.DescribeResponses = responses);

        Assert.Equal(description, bench.Tool.Definition.Description);
    }

    [Fact]
    public void All_responses_are_described_with_their_schemas()
    {
        var bench = ToolBench.OfOperation(
            """
            { "operationId": "x", "description": "Does it.", "responses": {
              "200": { "description": "Fine.", "content": { "application/json": { "schema": { "type": "object", "properties": { "id": { "type": "integer", "description": "Its number." } } } } } },
              "404": { "description": "Not there.", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } },
              "409": { "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } },
              "500": { "description": "Text.", "content": { "text/plain": { "schema": { "type": "string" } } } } } }
            """,
            schemas: """{ "Problem": { "type": "object", "required": ["title"], "properties": { "title": { "type": "string" } } } }""",
            configure: api => api.DescribeResponses = DescribedResponses.All);

        Assert.Equal(
            """
            Does it.
            200: Fine. Schema: {"type":"object","properties":{"id":{"type":"integer"}}}
            404: Not there. Schema: {"type":"object","required":["title"],"properties":{"title":{"type":"string"}}}
            409: Schema as 404.
            500: Text.
            """,
            bench.Tool.Definition.Description);
    }

    [Fact]
    public void Long_schemas_of_responses_are_named_by_their_properties_and_bounded_in_all()
    {
        string Properties(string letter) => string.Join(", ", Enumerable.Range(0, 80).Select(i => $"\"{letter}{i}\": {{ \"type\": \"string\" }}"));
        var responses = string.Join(", ", Enumerable.Range(400, 40).Select(status =>
            $"\"{status}\": {{ \"description\": \"No.\", \"content\": {{ \"application/json\": {{ \"schema\": {{ \"type\": \"object\", \"properties\": {{ {Properties($"p{status}x")} }} }} }} }} }}"));

        var description = ToolBench.OfOperation(
            $$"""{ "operationId": "x", "responses": { {{responses}} } }""", configure: api => api.DescribeResponses = DescribedResponses.All).Tool.Definition.Description!;

        Assert.Contains("400: No. Schema: an object with p400x0, p400x1", description, StringComparison.Ordinal);
        Assert.InRange(description.Length, 2000, 7200);
    }

    private static Dictionary<string, string> Names(string paths) =>
        ToolBench.Of(Documents.With(paths)).Tools.ToDictionary(tool => tool.Metadata.Path, tool => tool.Definition.Name);
}
