using System.Net;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Tool results from responses of an API.</summary>
[Trait("Category", "Unit")]
public sealed class ResultTests
{
    private const string Page = """{ "type": "object", "properties": { "items": { "type": "array" }, "nextCursor": { "type": ["string", "null"] } } }""";

    [Fact]
    public async Task Response_that_is_not_an_object_becomes_the_property_result()
    {
        var bench = ToolBench.OfAnswer("""{ "type": "array" }""");
        bench.Answer = _ => ToolBench.Json("[1, 2]");

        var result = await bench.CallAsync("{}");

        Assert.Equal("[1, 2]", result.StructuredContent!.Value.GetProperty("result").GetRawText());
        Assert.Equal("""{"result":[1, 2]}""", ToolBench.Text(result));
    }

    [Fact]
    public async Task Text_image_and_bytes_are_blocks_of_their_kind()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""");

        bench.Answer = _ => ToolBench.Json("a,b", type: "text/csv");
        Assert.Equal("a,b", ToolBench.Text(await bench.CallAsync("{}")));

        bench.Answer = _ => Binary("image/png");
        Assert.Equal("image/png", Assert.IsType<ImageContentBlock>((await bench.CallAsync("{}")).Content[0]).MimeType);

        bench.Answer = _ => Binary("audio/wav");
        Assert.Equal("audio/wav", Assert.IsType<AudioContentBlock>((await bench.CallAsync("{}")).Content[0]).MimeType);

        bench.Answer = _ => Binary("application/pdf");
        var resource = Assert.IsType<BlobResourceContents>(Assert.IsType<EmbeddedResourceBlock>((await bench.CallAsync("{}")).Content[0]).Resource);
        Assert.Equal("application/pdf", resource.MimeType);
        Assert.Equal([1, 2, 3], resource.DecodedData.ToArray());
    }

    [Fact]
    public async Task Untrusted_fields_are_named_beside_the_answer()
    {
        var bench = ToolBench.OfAnswer(
            """{ "type": "object", "properties": { "items": { "type": "array", "items": { "$ref": "#/components/schemas/Item" } } } }""",
            """{ "Item": { "type": "object", "properties": { "note": { "type": "string", "x-untrusted": true }, "by": { "type": "object", "properties": { "name": { "type": "string", "x-untrusted": true } } } } } }""");

        var result = await bench.CallAsync("{}");

        Assert.Equal("""["items[].by.name","items[].note"]""", result.Meta![ResponseReader.UntrustedMeta]!.ToJsonString());
    }

    [Fact]
    public async Task Operation_that_may_return_no_content_has_no_output_schema()
    {
        const string Json = """ "content": { "application/json": { "schema": { "type": "object" } } } """;
        var bench = ToolBench.OfOperation($$"""{ "operationId": "x", "responses": { "200": { {{Json}} }, "204": { "description": "Nothing" } } }""");
        bench.Answer = _ => new HttpResponseMessage(HttpStatusCode.NoContent);

        Assert.Null(bench.Tool.Definition.OutputSchema);
        Assert.Null((await bench.CallAsync("{}")).IsError);
        Assert.NotNull(ToolBench.OfOperation($$"""{ "operationId": "x", "responses": { "200": { {{Json}} }, "201": { {{Json}} } } }""").Tool.Definition.OutputSchema);
    }

    [Fact]
    public async Task Pages_over_budget_are_asked_for_again_and_together_are_the_full_set()
    {
        var bench = ToolBench.OfAnswer(
            Page, parameters: """[ { "name": "limit", "in": "query", "schema": { "type": "integer", "default": 50 } }, { "name": "cursor", "in": "query", "schema": { "type": "string" } } ]""", budget: 2000);
        bench.Answer = request => Items(request, start: "cursor", (items, end) => $$"""{"items":[{{items}}],"nextCursor":{{(end < 100 ? $"\"{end}\"" : "null")}}}""");
        var seen = new List<int>();
        string? cursor = null;
        do
        {
            var result = await bench.CallAsync(cursor is null ? """{ "limit": 60 }""" : $$"""{ "limit": 60, "cursor": "{{cursor}}" }""");
            Assert.InRange(ToolBench.Text(result).Length, 1, 2000);
            var page = JsonNode.Parse(ToolBench.Text(result))!;
            seen.AddRange(page["items"]!.AsArray().Select(item => (int)item!["id"]!));
            cursor = page["nextCursor"]?.ToString();
            Assert.True(cursor is null || Assert.IsType<TextContentBlock>(result.Content[1]).Text.Contains("cursor from this answer", StringComparison.Ordinal));
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 100), seen);
    }

    [Fact]
    public async Task Lists_that_are_paged_by_offset_say_the_next_offset()
    {
        var bench = ToolBench.OfAnswer("""{ "type": "array" }""", parameters: """[ { "name": "limit", "in": "query", "schema": { "type": "integer" } }, { "name": "offset", "in": "query", "schema": { "type": "integer" } } ]""", budget: 2000);
        bench.Answer = request => Items(request, start: "offset", (items, _) => $"[{items}]");

        var result = await bench.CallAsync("""{ "limit": 60, "offset": 10 }""");

        var items = result.StructuredContent!.Value.GetProperty("result");
        Assert.Contains($"they follow with offset {10 + items.GetArrayLength()}, ", Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_that_are_paged_by_number_get_pages_that_divide_the_one_asked_for()
    {
        var bench = ToolBench.OfAnswer("""{ "type": "array" }""", parameters: """[ { "name": "per_page", "in": "query", "schema": { "type": "integer" } }, { "name": "page", "in": "query", "schema": { "type": "integer" } } ]""", budget: 2000);
        bench.Answer = request =>
        {
            var query = System.Web.HttpUtility.ParseQueryString(new Uri(request.Uri).Query);
            var (size, page) = (int.Parse(query["per_page"]!), int.Parse(query["page"]!));
            return ToolBench.Json($"[{string.Join(',', Enumerable.Range((page - 1) * size, size).Select(Item))}]");
        };

        var result = await bench.CallAsync("""{ "per_page": 50, "page": 3 }""");

        var items = result.StructuredContent!.Value.GetProperty("result");
        Assert.Equal(100, items[0].GetProperty("id").GetInt32());
        Assert.Equal(0, 50 % items.GetArrayLength());
        Assert.Contains($"page {(100 / items.GetArrayLength()) + 2} and per_page {items.GetArrayLength()}", Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_without_paging_is_cut_at_an_item_and_says_what_is_missing()
    {
        var bench = ToolBench.OfAnswer(Page, budget: 2000);
        bench.Answer = _ => ToolBench.Json($$"""{"items":[{{string.Join(',', Enumerable.Range(0, 100).Select(Item))}}],"nextCursor":"x"}""");

        var result = await bench.CallAsync("{}");

        var kept = result.StructuredContent!.Value.GetProperty("items").GetArrayLength();
        Assert.InRange(ToolBench.Text(result).Length, 1000, 2000);
        Assert.Contains($"the first {kept} of 100 items; the other {100 - kept} are missing", Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
        Assert.Equal($$"""{"kept":{{kept}},"total":100}""", result.Meta![ResponseReader.TruncationMeta]!.ToJsonString());
    }

    [Fact]
    public async Task Long_text_is_cut_between_characters()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", budget: 1025);
        bench.Answer = _ => ToolBench.Json(string.Concat(Enumerable.Repeat("𝄞", 1000)), type: "text/plain");

        var result = await bench.CallAsync("{}");

        Assert.Equal(string.Concat(Enumerable.Repeat("𝄞", 256)), ToolBench.Text(result));
        Assert.Contains("512 of 2000", Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_object_is_cut_for_a_reading_and_whole_for_what_is_done()
    {
        static HttpResponseMessage Large(SentRequest request) => ToolBench.Json($$"""{"a":"{{new string('x', 5000)}}","b":1}""");
        var reading = ToolBench.OfAnswer("""{ "type": "object" }""", budget: 2000);
        reading.Answer = Large;
        var writing = ToolBench.OfAnswer("""{ "type": "object" }""", budget: 2000, method: "post");
        writing.Answer = Large;

        var cut = await reading.CallAsync("{}");
        var whole = await writing.CallAsync("{}");

        Assert.InRange(ToolBench.Text(cut).Length, 1000, 2000);
        Assert.Equal(1, cut.StructuredContent!.Value.GetProperty("b").GetInt32());
        Assert.Matches("too large .* a has the first [0-9]+ of 5000 characters", Assert.IsType<TextContentBlock>(cut.Content[1]).Text);
        Assert.Equal(5000, whole.StructuredContent!.Value.GetProperty("a").GetString()!.Length);
    }

    [Fact]
    public async Task Map_over_budget_keeps_its_first_members()
    {
        var bench = ToolBench.OfAnswer("""{ "type": "object", "additionalProperties": { "type": "object" } }""", budget: 2000);
        bench.Answer = _ => ToolBench.Json($"{{{string.Join(',', Enumerable.Range(0, 500).Select(id => $"\"key{id}\":{Item(id)}"))}}}");

        var result = await bench.CallAsync("{}");

        var kept = result.StructuredContent!.Value.EnumerateObject().Select(member => member.Name).ToArray();
        Assert.Equal(Enumerable.Range(0, kept.Length).Select(id => $"key{id}"), kept);
        Assert.InRange(ToolBench.Text(result).Length, 1000, 2000);
        Assert.Contains($"the first {kept.Length} of 500 members", Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
    }

    private static string Item(int id) => $$"""{"id":{{id}},"text":"{{new string('t', 80)}}"}""";

    /// <summary>An API with 100 items, paged by number and limit.</summary>
    private static HttpResponseMessage Items(SentRequest request, string start, Func<string, int, string> write)
    {
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(request.Uri).Query);
        var (first, limit) = (int.Parse(query[start] ?? "0"), int.Parse(query["limit"]!));
        var end = Math.Min(first + limit, 100);
        return ToolBench.Json(write(string.Join(',', Enumerable.Range(first, end - first).Select(Item)), end));
    }

    private static HttpResponseMessage Binary(string type) =>
        new(HttpStatusCode.OK) { Content = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new(type) } } };
}
