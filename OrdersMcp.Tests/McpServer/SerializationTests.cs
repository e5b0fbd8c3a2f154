using System.Text;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Serialization of arguments into requests: OpenAPI 3.1, 4.8.12 (parameters) and 4.8.14 (bodies).</summary>
[Trait("Category", "Unit")]
public sealed class SerializationTests
{
    private const string Blue = "\"blue\"";
    private const string Colors = """["blue","black"]""";
    private const string Rgb = """{"R":100,"G":200}""";

    [Theory]
    // The table of the specification: style, explode, value, what is written.
    [InlineData("path", "simple", false, Blue, "/x/blue")]
    [InlineData("path", "simple", false, Colors, "/x/blue,black")]
    [InlineData("path", "simple", false, Rgb, "/x/R,100,G,200")]
    [InlineData("path", "simple", true, Rgb, "/x/R=100,G=200")]
    [InlineData("path", "label", false, Blue, "/x/.blue")]
    [InlineData("path", "label", false, Colors, "/x/.blue,black")]
    [InlineData("path", "label", true, Colors, "/x/.blue.black")]
    [InlineData("path", "label", false, Rgb, "/x/.R,100,G,200")]
    [InlineData("path", "label", true, Rgb, "/x/.R=100.G=200")]
    [InlineData("path", "matrix", false, Blue, "/x/;c=blue")]
    [InlineData("path", "matrix", false, "\"\"", "/x/;c")]
    [InlineData("path", "matrix", false, Colors, "/x/;c=blue,black")]
    [InlineData("path", "matrix", true, Colors, "/x/;c=blue;c=black")]
    [InlineData("path", "matrix", false, Rgb, "/x/;c=R,100,G,200")]
    [InlineData("path", "matrix", true, Rgb, "/x/;R=100;G=200")]
    [InlineData("query", "form", false, Blue, "/x?c=blue")]
    [InlineData("query", "form", false, "\"\"", "/x?c=")]
    [InlineData("query", "form", false, Colors, "/x?c=blue,black")]
    [InlineData("query", "form", true, Colors, "/x?c=blue&c=black")]
    [InlineData("query", "form", false, Rgb, "/x?c=R,100,G,200")]
    [InlineData("query", "form", true, Rgb, "/x?R=100&G=200")]
    [InlineData("query", "form", true, "[]", "/x")]
    [InlineData("query", "spaceDelimited", false, Colors, "/x?c=blue%20black")]
    [InlineData("query", "spaceDelimited", false, Rgb, "/x?c=R%20100%20G%20200")]
    [InlineData("query", "pipeDelimited", false, Colors, "/x?c=blue%7Cblack")]
    [InlineData("query", "pipeDelimited", false, Rgb, "/x?c=R%7C100%7CG%7C200")]
    [InlineData("query", "deepObject", true, Rgb, "/x?c%5BR%5D=100&c%5BG%5D=200")]
    [InlineData("query", "deepObject", true, """{"a":{"b":[1,{"c":"&"}]}}""", "/x?c%5Ba%5D%5Bb%5D%5B0%5D=1&c%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=%26")]
    public async Task Parameters_follow_their_style(string location, string style, bool explode, string value, string target)
    {
        var bench = ToolBench.OfOperation(
            $$"""{ "operationId": "x", "parameters": [ { "name": "c", "in": "{{location}}", "style": "{{style}}", "explode": {{(explode ? "true" : "false")}}, "schema": {} } ] }""",
            path: location == "path" ? "/x/{c}" : "/x");

        Assert.Equal(target, await bench.TargetAsync($$"""{ "c": {{value}} }"""));
    }

    [Fact]
    public async Task Reserved_signs_stay_where_the_document_allows_them_and_end_no_value()
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "q", "in": "query", "allowReserved": true, "schema": { "type": "string" } } ] }""");

        Assert.Equal("/x?q=a/b?c:d,e=f%26g%23h%2Bi%20j", await bench.TargetAsync("""{ "q": "a/b?c:d,e=f&g#h+i j" }"""));
    }

    [Theory]
    [InlineData("/files/{c}", "a/../../admin", "/files/a%2F..%2F..%2Fadmin")]
    [InlineData("/files/{c}", "%2e%2e", "/files/%252e%252e")]
    [InlineData("/files/{c}", "a;b=c?d#e", "/files/a%3Bb%3Dc%3Fd%23e")]
    [InlineData("/files/{c}.json", "..", "/files/...json")]
    [InlineData("/files/x{c}/y", "{c}", "/files/x%7Bc%7D/y")]
    public async Task Path_value_never_leaves_its_segment(string path, string value, string target)
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "c", "in": "path", "schema": { "type": "string" } } ] }""", path);

        Assert.Equal(target, await bench.TargetAsync($$"""{ "c": "{{value}}" }"""));
    }

    [Theory]
    [InlineData("/files/{a}/{b}", "..", "x", "a")]
    [InlineData("/files/{a}{b}", ".", ".", "a")]
    [InlineData("/files/.{a}/{b}", ".", "x", "a")]
    [InlineData("/files/{a}/{b}", "x", "", "b")]
    public async Task Path_value_that_would_change_the_path_is_refused(string path, string a, string b, string argument)
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "a", "in": "path", "schema": {} }, { "name": "b", "in": "path", "schema": {} } ] }""", path);

        Assert.NotNull((await bench.ErrorsAsync($$"""{ "a": "{{a}}", "b": "{{b}}" }"""))[argument]);
    }

    [Fact]
    public async Task Headers_and_cookies_have_their_style()
    {
        var bench = ToolBench.OfOperation(
            """
            { "operationId": "x", "parameters": [
              { "name": "X-List", "in": "header", "schema": { "type": "array" } },
              { "name": "X-Map", "in": "header", "explode": true, "schema": { "type": "object" } },
              { "name": "a", "in": "cookie", "schema": { "type": "string" } },
              { "name": "b", "in": "cookie", "schema": { "type": "integer" } },
              { "name": "Authorization", "in": "header", "schema": { "type": "string" } } ] }
            """);

        await bench.TargetAsync("""{ "X-List": [1, 2], "X-Map": { "k": "v", "l": "w" }, "a": "1;2", "b": 3 }""");

        Assert.Equal("1,2", bench.Request.Headers["X-List"]);
        Assert.Equal("k=v,l=w", bench.Request.Headers["X-Map"]);
        Assert.Equal("a=1%3B2; b=3", bench.Request.Headers["Cookie"]);
        Assert.DoesNotContain("Authorization", bench.Input, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameter_with_content_is_json()
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "filter", "in": "query", "content": { "application/json": { "schema": { "type": "object" } } } } ] }""");

        Assert.Equal("/x?filter=%7B%22a%22%3A1%7D", await bench.TargetAsync("""{ "filter": {"a":1} }"""));
    }

    [Fact]
    public async Task Form_body_writes_lists_and_objects_as_the_encoding_says()
    {
        var bench = ToolBench.OfBody(
            """{ "type": "object", "properties": { "a": { "type": "string" }, "list": { "type": "array" }, "map": { "type": "object" }, "deep": { "type": "object" } } }""",
            mediaType: "application/x-www-form-urlencoded",
            encoding: """{ "deep": { "style": "deepObject", "explode": true } }""");

        await bench.TargetAsync("""{ "a": "x&y", "list": [1, 2], "map": {"k":1}, "deep": { "k": { "l": 2 } } }""");

        Assert.Equal("a=x%26y&list=1&list=2&map=%7B%22k%22%3A1%7D&deep%5Bk%5D%5Bl%5D=2", bench.Request.Body);
        Assert.Equal("application/x-www-form-urlencoded", bench.Request.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData("3.0.3", """{ "type": "string", "format": "binary" }""")]
    [InlineData("3.1.1", """{ "type": "string", "contentMediaType": "application/octet-stream" }""")]
    public async Task Files_of_a_multipart_body_are_base64_arguments(string version, string file)
    {
        var bench = ToolBench.OfBody(
            $$"""{ "type": "object", "required": ["file"], "properties": { "file": {{file}}, "name": { "type": "string" }, "meta": { "type": "object" } } }""",
            mediaType: "multipart/form-data", version: version, encoding: """{ "file": { "contentType": "image/png" } }""");

        await bench.TargetAsync($$"""{ "file": "{{Convert.ToBase64String("PNG!"u8)}}", "name": "x", "meta": {"a":1} }""");

        Assert.Equal("base64", bench.Property("file").GetProperty("contentEncoding").GetString());
        Assert.StartsWith("multipart/form-data; boundary=", bench.Request.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("Content-Type: image/png\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"", bench.Request.Body, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\nPNG!\r\n", bench.Request.Body, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json\r\nContent-Disposition: form-data; name=\"meta\"", bench.Request.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_not_base64_is_rejected()
    {
        var bench = ToolBench.OfBody("""{ "type": "object", "properties": { "file": { "type": "string", "format": "binary" } } }""", mediaType: "multipart/form-data");

        Assert.Equal("must be base64.", (await bench.ErrorsAsync("""{ "file": "not base64!" }"""))["file"]![0]!.ToString());
    }

    [Theory]
    [InlineData("text/plain", "\"hello\"", "hello")]
    [InlineData("application/xml", "\"<a/>\"", "<a/>")]
    [InlineData("application/octet-stream", "\"aGVsbG8=\"", "hello")]
    [InlineData("application/vnd.thing+json", "{\"a\":1}", "{\"a\":1}")]
    public async Task Other_bodies_are_the_argument_body(string mediaType, string argument, string sent)
    {
        var bench = ToolBench.OfBody("{}", mediaType: mediaType);

        await bench.TargetAsync($$"""{ "body": {{argument}} }""");

        Assert.Equal(sent, bench.Request.Body);
        Assert.Equal(mediaType, bench.Request.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Names_that_models_cannot_use_are_made_legal_and_sent_as_they_are()
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "$top", "in": "query", "schema": {} }, { "name": "filter[name]", "in": "query", "schema": {} } ] }""");

        Assert.Equal("/x?%24top=1&filter%5Bname%5D=a", await bench.TargetAsync("""{ "top": 1, "filter_name": "a" }"""));
    }

    [Fact]
    public async Task Same_name_in_several_places_is_resolved_in_a_fixed_order()
    {
        var bench = ToolBench.OfOperation(
            """
            { "operationId": "x", "parameters": [ { "name": "id", "in": "header", "schema": {} }, { "name": "id", "in": "query", "schema": {} }, { "name": "id", "in": "path", "schema": {} } ],
              "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "object", "properties": { "id": {}, "name": {} } } } } } }
            """,
            path: "/x/{id}", method: "put");

        Assert.Equal("/x/p?id=q", await bench.TargetAsync("""{ "id": "p", "id_query": "q", "id_header": "h", "body": {"id":"b"} }"""));
        Assert.Equal("h", bench.Request.Headers["id"]);
        Assert.Equal("""{"id":"b"}""", bench.Request.Body);
    }

    [Fact]
    public async Task Large_numbers_and_unicode_pass_unchanged()
    {
        var bench = ToolBench.OfBody("""{ "type": "object", "properties": { "n": { "type": "number" }, "s": { "type": "string" } } }""");

        await bench.TargetAsync("""{ "n": 12345678901234567890.123456789, "s": "ü€𝄞" }""");

        Assert.Contains("12345678901234567890.123456789", bench.Request.Body, StringComparison.Ordinal);
        Assert.Equal("ü€𝄞", System.Text.Json.Nodes.JsonNode.Parse(Encoding.UTF8.GetBytes(bench.Request.Body))!["s"]!.ToString());
    }
}
