using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Swagger 2.0, OpenAPI 3.2, and the references of JSON Schema.</summary>
[Trait("Category", "Unit")]
public sealed class DocumentVersionTests
{
    private const string Swagger = """
        { "swagger": "2.0", "info": { "title": "t", "version": "1" }, "consumes": ["application/json"], "produces": ["application/json"],
          "paths": { "/p/{id}": {
            "get": { "operationId": "get_p", "parameters": [
                { "name": "id", "in": "path", "required": true, "type": "integer" },
                { "name": "tags", "in": "query", "type": "array", "items": { "type": "string" }, "collectionFormat": "csv" } ],
              "responses": { "200": { "description": "ok", "schema": { "$ref": "#/definitions/P" } } } },
            "put": { "operationId": "put_p", "x-mcp": { "title": "Put it" }, "parameters": [
                { "name": "id", "in": "path", "required": true, "type": "integer" }, { "name": "b", "in": "body", "schema": { "$ref": "#/definitions/P" } } ],
              "responses": { "204": { "description": "ok" } } },
            "post": { "operationId": "upload", "consumes": ["multipart/form-data"], "parameters": [
                { "name": "id", "in": "path", "required": true, "type": "integer" }, { "name": "f", "in": "formData", "type": "file" } ],
              "responses": { "204": { "description": "ok" } } } } },
          "definitions": { "P": { "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" }, "next": { "$ref": "#/definitions/P" } } } } }
        """;

    [Fact]
    public async Task Swagger_2_is_converted()
    {
        var bench = ToolBench.Of(Swagger);

        await ToolBench.CallAsync(bench.Tools.Single(tool => tool.Definition.Name == "get_p"), """{ "id": 1, "tags": ["a", "b"] }""");
        await ToolBench.CallAsync(bench.Tools.Single(tool => tool.Definition.Name == "put_p"), """{ "id": 1, "body": { "id": 2, "next": { "id": 3 } } }""");
        await ToolBench.CallAsync(bench.Tools.Single(tool => tool.Definition.Name == "upload"), """{ "id": 1, "f": "aGVsbG8=" }""");

        Assert.Equal("/p/1?tags=a,b", bench.Requests[0].Target);
        Assert.Equal("""{"id":2,"next":{"id":3}}""", bench.Requests[1].Body);
        Assert.Contains("hello", bench.Requests[2].Body, StringComparison.Ordinal);
        Assert.Equal("Put it", bench.Tools.Single(tool => tool.Definition.Name == "put_p").Definition.Title);
    }

    [Fact]
    public void Key_may_be_twice_in_a_swagger_document()
    {
        var bench = ToolBench.Of(Swagger.Replace("\"operationId\": \"get_p\"", "\"operationId\": \"first\", \"operationId\": \"get_p\"", StringComparison.Ordinal));

        Assert.Contains(bench.Tools, tool => tool.Definition.Name == "get_p");
        Assert.Contains(bench.Warnings, warning => warning.Text.StartsWith("The key 'operationId' at line 3, ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "name": "note", "in": "body", "schema": { "$ref": "#/definitions/Note" } }""")]
    [InlineData("""{ "$ref": "#/parameters/Note" }""")]
    [InlineData("""{ "$ref": "#/x-shared/note" }""")]
    public void Body_of_a_path_is_that_of_its_operations(string body)
    {
        var bench = OfSwagger($$"""
            "/n": { "parameters": [ {{body}} ], "get": { "operationId": "read" }, "post": { "operationId": "write" },
                    "put": { "operationId": "replace", "parameters": [ { "name": "b", "in": "body", "schema": { "type": "object", "properties": { "other": { "type": "string" } } } } ] } }
            """);

        Assert.Empty(bench.Warnings);
        Assert.Equal([("read", ""), ("replace", "other"), ("write", "text")], bench.Tools
            .Select(tool => (tool.Definition.Name, string.Join(", ", tool.Definition.InputSchema.Member("properties").Members().Select(each => each.Name)))).Order());
    }

    [Fact]
    public void Form_of_a_path_is_completed_by_its_operations()
    {
        var bench = OfSwagger("""
            "/n": { "parameters": [ { "name": "a", "in": "formData", "type": "string" }, { "name": "b", "in": "formData", "type": "string" } ],
                    "post": { "operationId": "write", "consumes": [ "application/x-www-form-urlencoded" ], "parameters": [
                      { "name": "b", "in": "formData", "type": "integer" }, { "$ref": "#/parameters/Shared" } ] } }
            """);

        Assert.Equal("string", bench.Property("a").Text("type"));
        Assert.Equal("integer", bench.Property("b").Text("type"));
        Assert.Equal("boolean", bench.Property("shared").Text("type"));
    }

    [Theory]
    [InlineData("""{ "type": [ "string", "null" ] }""", "string")]
    [InlineData("""{ "type": [ "integer" ] }""", "integer")]
    [InlineData("""{ "type": "integer", "nullable": true }""", "integer")]
    public void Type_of_a_swagger_schema_may_be_that_of_later_versions(string schema, string type)
    {
        var bench = OfSwagger($$"""
            "/n": { "post": { "operationId": "write", "parameters": [ { "name": "b", "in": "body", "schema": { "type": "object", "properties": { "v": {{schema}} } } } ] } }
            """);

        Assert.Empty(bench.Warnings);
        Assert.Equal(type, bench.Property("v").Text("type"));
    }

    [Fact]
    public void Text_of_a_swagger_document_may_have_control_characters()
    {
        var bench = OfSwagger("""
            "/n": { "get": { "operationId": "read", "description": "One\u000btwo" } }
            """);

        Assert.Equal("One two", bench.Tool.Definition.Description);
    }

    [Fact]
    public void Limits_of_a_swagger_parameter_are_kept()
    {
        var bench = OfSwagger("""
            "/n": { "get": { "operationId": "read", "parameters": [
                { "name": "offset", "in": "query", "type": "integer", "multipleOf": 20 }, { "$ref": "#/parameters/Step" },
                { "name": "name", "in": "query", "type": "string", "uniqueItems": true },
                { "name": "tags", "in": "query", "type": "array", "items": { "type": "string" }, "uniqueItems": true } ] } }
            """);

        Assert.Empty(bench.Warnings);
        Assert.Equal(20, bench.Property("offset").Member("multipleOf").GetInt32());
        Assert.Equal(20, bench.Property("step").Member("multipleOf").GetInt32());
        Assert.False(bench.Property("name").TryGetProperty("uniqueItems", out _));
        Assert.True(bench.Property("tags").Member("uniqueItems").GetBoolean());
    }

    [Fact]
    public async Task Format_of_a_list_that_OpenApi_3_does_not_have_is_a_warning()
    {
        var bench = OfSwagger("""
            "/n": { "get": { "operationId": "read", "parameters": [ { "name": "ids", "in": "query", "type": "array", "items": { "type": "integer" }, "collectionFormat": "tsv" } ] } }
            """);

        Assert.Contains("'ids' has the collectionFormat 'tsv'", Assert.Single(bench.Warnings).Text, StringComparison.Ordinal);
        Assert.Equal("/n?ids=1,2", await bench.TargetAsync("""{ "ids": [1, 2] }"""));
    }

    [Fact]
    public void Header_of_such_a_format_costs_nothing() => Assert.Equal("get_n", Assert.Single(OfSwagger("""
        "/n": { "get": { "responses": { "200": { "description": "ok", "headers": {
            "X-Ids": { "type": "array", "items": { "type": "integer" }, "collectionFormat": "tsv" } } } } } }
        """).Names));

    [Fact]
    public void Document_without_operations_is_a_warning() =>
        Assert.Contains("no operations", Assert.Single(ToolBench.Of(Documents.With("{}")).Warnings).Text, StringComparison.Ordinal);

    private static ToolBench OfSwagger(string paths) => ToolBench.Of($$"""
        { "swagger": "2.0", "info": { "title": "t", "version": "1" }, "consumes": [ "application/json" ],
          "paths": { {{paths.Replace("\"operationId\"", "\"responses\": { \"204\": { \"description\": \"done\" } }, \"operationId\"", StringComparison.Ordinal)}} },
          "parameters": { "Note": { "name": "note", "in": "body", "schema": { "$ref": "#/definitions/Note" } },
                          "Shared": { "name": "shared", "in": "formData", "type": "boolean" },
                          "Step": { "name": "step", "in": "query", "type": "integer", "multipleOf": 20 } },
          "x-shared": { "note": { "name": "note", "in": "body", "schema": { "$ref": "#/definitions/Note" } } },
          "definitions": { "Note": { "type": "object", "properties": { "text": { "type": "string" } } } } }
        """);

    [Fact]
    public async Task OpenApi_3_2_has_more_methods_and_a_whole_query()
    {
        var bench = ToolBench.Of(Documents.With(
            """
            { "/x": {
              "query": { "operationId": "q", "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": { "a": { "type": "string" } } } } } } },
              "get": { "operationId": "g", "parameters": [ { "name": "all", "in": "querystring", "content": { "application/x-www-form-urlencoded": { "schema": { "type": "object" } } } } ] },
              "additionalOperations": { "COPY": { "operationId": "c" } } } }
            """,
            version: "3.2.0"));

        await ToolBench.CallAsync(bench.Tools.Single(tool => tool.Definition.Name == "q"), """{ "a": "b" }""");
        await ToolBench.CallAsync(bench.Tools.Single(tool => tool.Definition.Name == "g"), """{ "all": { "p": 1, "q": "r s" } }""");
        await ToolBench.CallAsync(bench.Tools.Single(tool => tool.Definition.Name == "c"), "{}");

        Assert.Equal(["QUERY", "GET", "COPY"], bench.Requests.Select(request => request.Method));
        Assert.Equal("/x?p=1&q=r%20s", bench.Requests[1].Target);
        Assert.True(bench.Tools.Single(tool => tool.Definition.Name == "q").Definition.Annotations!.ReadOnlyHint);
    }

    [Theory]
    [InlineData("""{ "$ref": "#pet" }""", """{"type":"integer"}""")]
    [InlineData("""{ "$dynamicRef": "#pet" }""", """{"type":"integer"}""")]
    [InlineData("""{ "$ref": "https://e.test/w" }""", """{"type":"object","properties":{"z":{"type":"boolean"}}}""")]
    [InlineData("""{ "$ref": "https://e.test/w#/$defs/z" }""", """{"type":"boolean"}""")]
    [InlineData("""{ "$ref": "#/components/schemas/W" }""", """{"type":"object","properties":{"z":{"type":"boolean"}}}""")]
    public void References_of_json_schema_are_followed(string schema, string written) => Assert.Equal(
        written,
        ToolBench.OfBody(
            $$"""{ "type": "object", "properties": { "v": {{schema}} } }""",
            """
            { "Pet": { "$anchor": "pet", "type": "integer" }, "Dynamic": { "$dynamicAnchor": "pet", "type": "string" },
              "W": { "$id": "https://e.test/w", "type": "object", "properties": { "z": { "$ref": "#/$defs/z" } }, "$defs": { "z": { "type": "boolean" } } } }
            """).Property("v").GetRawText());

    [Fact]
    public void Recursion_without_a_name_is_that_of_its_schema() => Assert.Equal(
        """{"type":"object","properties":{"or":{"type":"array","items":{"$ref":"#/$defs/Filter"}}}}""",
        ToolBench.OfBody(
            """{ "type": "object", "properties": { "v": { "$ref": "#/components/schemas/Filter" } } }""",
            """{ "Filter": { "$recursiveAnchor": true, "type": "object", "properties": { "or": { "type": "array", "items": { "$recursiveRef": "#" } } } } }""")
            .Tool.Definition.InputSchema.GetProperty("$defs").GetProperty("Filter").GetRawText());
}
