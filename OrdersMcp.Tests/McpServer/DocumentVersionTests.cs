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
