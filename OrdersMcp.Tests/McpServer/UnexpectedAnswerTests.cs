using System.Net;
using System.Text;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Answers that are not what the document says: the model gets what came, and a client nothing that it must refuse.</summary>
[Trait("Category", "Unit")]
public sealed class UnexpectedAnswerTests
{
    private const string Pet = """
        { "type": "object", "required": ["id", "name"], "additionalProperties": false, "properties": {
          "id": { "type": "integer" }, "name": { "type": "string" }, "kind": { "type": "string", "enum": ["cat", "dog"] },
          "born": { "type": "string", "format": "date" }, "owner": { "$ref": "#/components/schemas/Owner" } } }
        """;

    private const string Owner = """{ "Owner": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } } }""";

    [Theory]
    [InlineData("""{"id":1,"name":"a","kind":"cat"}""", """{"id":1,"name":"a","kind":"cat"}""", null)]
    [InlineData("""{"id":1}""", """{"id":1}""", null)]
    [InlineData("""{"id":1,"name":"a","kind":"fish","born":"yesterday","more":true}""", """{"id":1,"name":"a","kind":"fish","born":"yesterday","more":true}""", null)]
    [InlineData("""{"id":1,"name":null}""", """{"id":1}""", "name must be a string")]
    [InlineData("""{"id":1,"owner":{"name":null}}""", """{"id":1,"owner":{}}""", "owner.name must be a string")]
    [InlineData("""{"id":"1","name":"a"}""", """{"unexpectedAnswer":{"id":"1","name":"a"}}""", "id must be an integer")]
    [InlineData("""[{"id":1}]""", """{"unexpectedAnswer":[{"id":1}]}""", "it must be an object")]
    [InlineData("\"ok\"", """{"unexpectedAnswer":"ok"}""", "it must be an object")]
    [InlineData("null", """{"unexpectedAnswer":null}""", "it must be an object")]
    [InlineData("""{"id":1,"x":}""", """{"unexpectedAnswer":"{\"id\":1,\"x\":}"}""", "it is not valid JSON")]
    [InlineData("""{"id":1,"\ud800":2}""", """{"unexpectedAnswer":{"id":1,"\ud800":2}}""", "it has text that is not Unicode")]
    [InlineData("", "{}", "it is empty")]
    public async Task Relaxed_schema_has_content_for_whatever_came(string body, string content, string? problem)
    {
        var bench = ToolBench.OfAnswer(Pet, Owner, configure: api => api.OutputSchemas = OutputSchemas.Relaxed);
        bench.Answer = _ => ToolBench.Json(body);

        var result = await bench.CallAsync("{}");

        Assert.Null(result.IsError);
        Assert.Equal(content, result.StructuredContent?.GetRawText());
        Assert.Equal(body.Length == 0 ? "Done. The API had nothing to add." : body, ToolBench.Text(result));
        Assert.Equal(problem is null ? 1 : 2, result.Content.Count);
        if (problem is not null)
        {
            Assert.Contains(problem, Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"id":1,"price":NaN}""", """{"id":1,"price":null}""")]
    [InlineData("""{"id":1,"list":[Infinity,-Infinity,-1]}""", """{"id":1,"list":[null,null,-1]}""")]
    [InlineData("""{"id":1,"text":"NaN \" NaN","x":NaN}""", """{"id":1,"text":"NaN \" NaN","x":null}""")]
    public async Task Numbers_that_json_does_not_have_are_null_and_a_note_says_so(string body, string text)
    {
        var bench = ToolBench.OfAnswer("""{ "type": "object" }""");
        bench.Answer = _ => ToolBench.Json(body);

        var result = await bench.CallAsync("{}");

        Assert.Null(result.IsError);
        Assert.Equal((text, text), (ToolBench.Text(result), result.StructuredContent!.Value.GetRawText()));
        Assert.Contains("NaN or Infinity", Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
    }

    /// <summary>Checking each level twice would take longer than the age of the universe for 60 of them.</summary>
    [Fact]
    public async Task Deep_answer_that_breaks_alternatives_is_checked_at_once()
    {
        var bench = ToolBench.OfAnswer(
            """{ "$ref": "#/components/schemas/Node" }""",
            """{ "Node": { "type": "object", "properties": { "n": { "type": "integer" }, "next": { "anyOf": [ { "$ref": "#/components/schemas/Node" }, { "type": "null" } ] } } } }""",
            configure: api => api.OutputSchemas = OutputSchemas.Full);
        var body = string.Concat(Enumerable.Repeat("""{"next":""", 60)) + """{"n":"one"}""" + new string('}', 60);
        bench.Answer = _ => ToolBench.Json(body);

        var result = await Task.Run(() => bench.CallAsync("{}"), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(body, ToolBench.Text(result));
        Assert.Contains(".n must be an integer", Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Relaxed_schema_says_how_an_answer_is_built_and_requires_nothing()
    {
        var output = ToolBench.OfAnswer(Pet, Owner, configure: api => api.OutputSchemas = OutputSchemas.Relaxed).Output;

        Assert.Equal(
            """{"type":"object","properties":{"id":{"type":"integer"},"name":{"type":"string"},"kind":{"type":"string","examples":["cat","dog"]},"born":{"type":"string"},"owner":{"type":"object","properties":{"name":{"type":"string"}}}}}""",
            output);
    }

    [Fact]
    public void Relaxed_alternatives_may_hold_together()
    {
        var output = ToolBench.OfAnswer(
            """{ "oneOf": [ { "type": "object", "required": ["a"], "properties": { "a": false } }, { "type": "object", "not": {}, "properties": { "b": { "const": 1 } } } ] }""",
            configure: api => api.OutputSchemas = OutputSchemas.Relaxed).Output;

        Assert.Equal("""{"type":"object","anyOf":[{"type":"object","properties":{"a":true}},{"type":"object","properties":{"b":{}}}]}""", output);
    }

    [Theory]
    [InlineData(OutputSchemas.Full)]
    [InlineData(OutputSchemas.Brief)]
    public async Task Schema_that_requires_something_gets_no_content_that_breaks_it(OutputSchemas kind)
    {
        var bench = ToolBench.OfAnswer(Pet, Owner, configure: api => api.OutputSchemas = kind);
        bench.Answer = _ => ToolBench.Json("""{"id":1}""");

        var result = await bench.CallAsync("{}");

        Assert.Equal((null, null), (result.IsError, result.StructuredContent));
        Assert.Equal("""{"id":1}""", ToolBench.Text(result));
        Assert.Contains("name is required", Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_schemas_there_is_no_content_to_refuse()
    {
        var bench = ToolBench.OfAnswer(Pet, Owner, configure: api => api.OutputSchemas = OutputSchemas.None);
        bench.Answer = _ => ToolBench.Json("""{"id":"1"}""");

        var result = await bench.CallAsync("{}");

        Assert.Null(bench.Tool.Definition.OutputSchema);
        Assert.Null(result.StructuredContent);
        Assert.Equal("""{"id":"1"}""", ToolBench.Text(result));
    }

    [Theory]
    [InlineData(null, null, OutputSchemas.Relaxed)]
    [InlineData(null, ResponseSchemaDetail.Brief, OutputSchemas.Brief)]
    [InlineData(null, ResponseSchemaDetail.Full, OutputSchemas.Full)]
    [InlineData(OutputSchemas.None, ResponseSchemaDetail.Brief, OutputSchemas.None)]
    public void Schemas_are_relaxed_unless_a_setting_says_otherwise(OutputSchemas? schemas, ResponseSchemaDetail? detail, OutputSchemas expected)
    {
        string? Output(Action<ApiOptions> configure) =>
            ToolBench.OfAnswer("""{ "type": "object", "description": "A", "required": ["a"] }""", configure: configure).Tool.Definition.OutputSchema?.GetRawText();

        Assert.Equal(Output(api => api.OutputSchemas = expected), Output(api => (api.OutputSchemas, api.ResponseSchema) = (schemas, detail)));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/html")]
    [InlineData("text/javascript")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task Json_is_json_whatever_type_it_comes_with(string? type)
    {
        var bench = ToolBench.OfAnswer(Pet, Owner);
        bench.Answer = _ => Bytes("""{"id":1,"name":"a"}"""u8.ToArray(), type);

        Assert.Equal("""{"id":1,"name":"a"}""", (await bench.CallAsync("{}")).StructuredContent?.GetRawText());
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("iso-8859-1", false)]
    [InlineData(null, true)]
    public async Task Json_is_read_in_the_charset_that_it_has(string? charset, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(charset ?? "utf-8");
        var bench = ToolBench.OfAnswer(Pet, Owner);
        bench.Answer = _ => Bytes(
            [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("""{"id":1,"name":"René"}""")],
            charset is null ? "application/json" : $"application/json; charset={charset}");

        Assert.Equal("René", (await bench.CallAsync("{}")).StructuredContent!.Value.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("text/plain; charset=windows-1252", new byte[] { 0x80 }, "€")]
    [InlineData("text/plain; charset=\"shift_jis\"", new byte[] { 0x83, 0x65 }, "テ")]
    [InlineData("text/plain", new byte[] { 0x52, 0xE9 }, "Ré")]
    [InlineData("text/plain; charset=nobody-knows", new byte[] { 0xC3, 0xA9 }, "é")]
    public async Task Text_is_read_in_its_charset(string type, byte[] body, string text)
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""");
        bench.Answer = _ => Bytes(body, type);

        Assert.Equal(text, ToolBench.Text(await bench.CallAsync("{}")));
    }

    [Fact]
    public async Task Xml_is_read_in_the_encoding_that_it_declares()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""");
        bench.Answer = _ => Bytes([.. """<?xml version="1.0" encoding="ISO-8859-1"?><a>"""u8, 0xE9, .. "</a>"u8], "application/xml");

        Assert.EndsWith("<a>é</a>", ToolBench.Text(await bench.CallAsync("{}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_where_json_is_declared_is_an_image()
    {
        var bench = ToolBench.OfAnswer(Pet, Owner, configure: api => api.OutputSchemas = OutputSchemas.Relaxed);
        bench.Answer = _ => Bytes([1, 2, 3], "image/png");

        var result = await bench.CallAsync("{}");

        Assert.Equal("image/png", Assert.IsType<ImageContentBlock>(result.Content[0]).MimeType);
        Assert.Equal("{}", result.StructuredContent?.GetRawText());
    }

    [Theory]
    [InlineData("delete", HttpStatusCode.NoContent)]
    [InlineData("get", HttpStatusCode.NotModified)]
    [InlineData("head", HttpStatusCode.OK)]
    public async Task Answer_without_a_body_is_a_success(string method, HttpStatusCode status)
    {
        var bench = ToolBench.OfAnswer(Pet, Owner, method: method, configure: api => api.OutputSchemas = OutputSchemas.Relaxed);
        bench.Answer = _ => new HttpResponseMessage(status);

        var result = await bench.CallAsync("{}");

        Assert.Null(result.IsError);
        Assert.Equal("{}", result.StructuredContent?.GetRawText());
    }

    [Fact]
    public async Task Default_response_of_errors_is_not_what_a_success_looks_like()
    {
        const string Media = """ "content": { "application/json": { "schema": { "type": "object" } } } """;

        Assert.Null(ToolBench.OfOperation($$"""{ "operationId": "x", "responses": { "default": { "description": "Unexpected error", {{Media}} } } }""").Tool.Definition.OutputSchema);
        Assert.NotNull(ToolBench.OfOperation($$"""{ "operationId": "x", "responses": { "default": { "description": "The pet", {{Media}} } } }""").Tool.Definition.OutputSchema);
        var bench = ToolBench.OfOperation($$"""{ "operationId": "x", "responses": { "default": { "description": "Unexpected error", {{Media}} } } }""");
        bench.Answer = _ => ToolBench.Json("[1]");
        Assert.Equal("[1]", ToolBench.Text(await bench.CallAsync("{}")));
    }

    [Fact]
    public async Task Answer_beside_the_schema_is_untrusted_where_any_of_it_is()
    {
        var bench = ToolBench.OfAnswer(
            """{ "type": "object", "properties": { "note": { "type": "string", "x-untrusted": true } } }""", configure: api => api.OutputSchemas = OutputSchemas.Relaxed);
        bench.Answer = _ => ToolBench.Json("""[{"note":"n"}]""");

        Assert.Equal("""["note","unexpectedAnswer"]""", (await bench.CallAsync("{}")).Meta![ResponseReader.UntrustedMeta]!.ToJsonString());
    }

    private static HttpResponseMessage Bytes(byte[] body, string? type)
    {
        var content = new ByteArrayContent(body);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }
}
