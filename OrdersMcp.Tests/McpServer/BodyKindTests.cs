namespace OrdersMcp.Tests.McpServer;

/// <summary>Bodies whose media type leaves open, or hides, what is meant.</summary>
[Trait("Category", "Unit")]
public sealed class BodyKindTests
{
    private const string Object = """{ "type": "object", "properties": { "a": { "type": "integer" } } }""";
    private const string File = """{ "type": "object", "properties": { "file": { "type": "string", "format": "binary" }, "note": { "type": "string" } } }""";

    [Theory]
    [InlineData("*/*", "application/json")]
    [InlineData("application/*", "application/json")]
    [InlineData("application/octet-stream", "application/json")]
    [InlineData("text/json", "text/json")]
    [InlineData("application/x-json", "application/x-json")]
    [InlineData("application/vnd.a+json", "application/vnd.a+json")]
    public async Task Object_is_sent_as_json(string declared, string sent)
    {
        var bench = ToolBench.OfBody(Object, mediaType: declared);

        await bench.TargetAsync("""{ "a": 1 }""");

        Assert.Equal((sent, """{"a":1}"""), (bench.Request.Headers["Content-Type"], bench.Request.Body));
    }

    [Fact]
    public async Task Text_of_json_is_written_as_it_is()
    {
        var bench = ToolBench.OfBody("""{ "type": "string" }""");

        await bench.TargetAsync("""{ "body": "é\"<'" }""");

        Assert.Equal("""
            "é\"<'"
            """, bench.Request.Body);
    }

    [Fact]
    public async Task Multipart_is_taken_where_it_alone_has_a_file()
    {
        var bench = ToolBench.OfOperation(
            $$"""{ "operationId": "x", "requestBody": { "content": { "application/json": { "schema": {{Object}} }, "multipart/form-data": { "schema": {{File}} } } } }""", method: "post");

        await bench.TargetAsync("""{ "file": "aGVsbG8=", "note": "n" }""");

        Assert.Contains("hello", bench.Request.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_has_the_name_and_the_type_that_are_given()
    {
        var bench = ToolBench.OfBody(File, mediaType: "multipart/form-data");

        await bench.TargetAsync("""{ "file": "aGVsbG8=", "filename": "a\"b\r\n.mp3", "contentType": "audio/mpeg" }""");

        Assert.Contains("filename=\"a%22b.mp3\"", bench.Request.Body, StringComparison.Ordinal);
        Assert.Contains("Content-Type: audio/mpeg", bench.Request.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_several_files_are_told_apart_and_properties_keep_theirs()
    {
        Assert.Contains("\"a_filename\":", ToolBench.OfBody(
            """{ "type": "object", "properties": { "a": { "type": "string", "format": "binary" }, "b": { "type": "string", "format": "binary" } } }""", mediaType: "multipart/form-data").Input, StringComparison.Ordinal);
        var own = ToolBench.OfBody(
            """{ "type": "object", "properties": { "file": { "type": "string", "format": "binary" }, "filename": { "type": "string", "maxLength": 5 } } }""", mediaType: "multipart/form-data");
        Assert.Equal(5, own.Property("filename").GetProperty("maxLength").GetInt32());
        Assert.Contains("file_filename", own.Input, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Xml_is_written_as_its_schema_says()
    {
        var bench = ToolBench.OfBody(
            """{ "$ref": "#/components/schemas/Pet" }""",
            """
            { "Pet": { "type": "object", "xml": { "name": "pet", "namespace": "urn:pets", "prefix": "p" }, "properties": {
                "id": { "type": "integer", "xml": { "attribute": true } }, "name": { "type": "string" },
                "tags": { "type": "array", "xml": { "wrapped": true }, "items": { "type": "string", "xml": { "name": "tag" } } },
                "owner": { "$ref": "#/components/schemas/Owner" }, "photos": { "type": "array", "items": { "type": "string" } } } },
              "Owner": { "type": "object", "properties": { "vip": { "type": "boolean", "xml": { "attribute": true, "name": "v" } } } } }
            """,
            mediaType: "application/xml");

        await bench.TargetAsync("""{ "name": "a<b", "id": 1, "tags": ["x", "y"], "owner": { "vip": true }, "photos": ["p", "q"] }""");

        Assert.Equal(
            """<p:pet id="1" xmlns:p="urn:pets"><name>a&lt;b</name><tags><tag>x</tag><tag>y</tag></tags><owner v="true" /><photos>p</photos><photos>q</photos></p:pet>""",
            bench.Request.Body);
    }

    [Fact]
    public void Xml_that_the_caller_writes_has_its_shape_in_the_description() => Assert.Contains(
        "such as <root><a>integer</a></root>",
        ToolBench.OfBody(Object, mediaType: "text/xml").Property("body").GetProperty("description").GetString(),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "b": "True" }""", """{"b":true}""")]
    [InlineData("""{ "l": "1, 2" }""", """{"l":[1,2]}""")]
    [InlineData("""{ "s": "a,b" }""", """{"s":["a,b"]}""")]
    public async Task Text_is_read_as_what_it_can_only_mean(string arguments, string body)
    {
        var bench = ToolBench.OfBody(
            """{ "type": "object", "properties": { "b": { "type": "boolean" }, "l": { "type": "array", "items": { "type": "integer" } }, "s": { "type": "array", "items": { "type": "string" } } } }""");

        await bench.TargetAsync(arguments);

        Assert.Equal(body, bench.Request.Body);
    }

    [Fact]
    public void Argument_of_another_name_says_the_name_of_its_parameter() => Assert.Equal(
        "日付",
        ToolBench.OfOperation("""{ "operationId": "x", "parameters": [ { "name": "日付", "in": "query", "schema": { "type": "string" } } ] }""")
            .Property("value").GetProperty("description").GetString());
}
