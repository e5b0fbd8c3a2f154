using System.Net;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>bodies.yaml: bodies, headers and cookies of every kind.</summary>
[Trait("Category", "Unit")]
public sealed class BodyTests
{
    private readonly ToolBench _bench = CorpusDocument.Bench("bodies.yaml");

    [Fact]
    public async Task Form_is_written_by_its_encoding()
    {
        var request = await _bench.SendAsync(
            "send_form",
            """{ "text": "a b&c", "list": ["1", "2"], "joined": ["3", "4"], "object": { "k": [1] }, "deep": { "x": { "y": 1 } } }""");

        Assert.StartsWith("application/x-www-form-urlencoded", request.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(
            "text=a%20b%26c&list=1&list=2&joined=3,4&object=%7B%20%22k%22%3A%20%5B1%5D%20%7D&deep%5Bx%5D%5By%5D=1", request.Body);
    }

    [Fact]
    public async Task Multipart_has_files_from_base64_and_parts_with_their_types()
    {
        var request = await _bench.SendAsync(
            "send_files", """{ "file": "aGVsbG8=", "pictures": ["AQI=", "Aw=="], "facts": { "a": 1 }, "title": "T" }""");

        Assert.StartsWith("multipart/form-data", request.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("hello", request.Body, StringComparison.Ordinal);
        Assert.Equal(2, request.Body.Split("image/png").Length - 1);
        Assert.Contains("application/json", request.Body, StringComparison.Ordinal);
        Assert.Contains("text/plain", request.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("send_files", """{ "file": "no base64!" }""")]
    [InlineData("send_bytes", """{ "body": "no base64!" }""")]
    public async Task File_that_is_not_base64_is_rejected(string tool, string arguments) =>
        Assert.Contains("must be base64", await _bench.RefuseAsync(tool, arguments), StringComparison.Ordinal);

    [Fact]
    public async Task Text_and_bytes_are_sent_as_they_are()
    {
        var text = await _bench.SendAsync("send_text", """{ "body": "a;b\n1;2" }""");
        var bytes = await _bench.SendAsync("send_bytes", """{ "body": "JVBERg==" }""");
        var xml = await _bench.SendAsync("send_xml", """{ "body": "<a>1</a>" }""");

        Assert.Equal(("text/csv", "a;b\n1;2"), (text.Headers["Content-Type"], text.Body));
        Assert.Equal(("application/pdf", "%PDF"), (bytes.Headers["Content-Type"], bytes.Body));
        Assert.Equal(("application/xml", "<a>1</a>"), (xml.Headers["Content-Type"], xml.Body));
    }

    [Fact]
    public async Task Body_is_sent_in_the_most_expressive_media_type()
    {
        Assert.Equal("application/vnd.api+json", (await _bench.SendAsync("send_best_of_many", """{ "a": "1" }""")).Headers["Content-Type"]);
        Assert.Equal("application/octet-stream", (await _bench.SendAsync("send_anything", """{ "body": "AQ==" }""")).Headers["Content-Type"]);
    }

    [Fact]
    public async Task Headers_and_cookies_are_arguments_but_those_of_the_connection()
    {
        var request = await _bench.SendAsync(
            "get_with_headers_and_cookies", """{ "X-Count": 3, "X-List": ["a", "b"], "session": "s;x" }""");

        Assert.Equal(
            ["idempotencyKey", "session", "xCount", "xList"],
            _bench.Tool("get_with_headers_and_cookies").Definition.InputSchema.GetProperty("properties").EnumerateObject()
                .Select(each => each.Name).Order(StringComparer.Ordinal));
        Assert.False(_bench.Tool("get_with_headers_and_cookies").Definition.InputSchema.TryGetProperty("required", out _));
        Assert.Equal(("3", "a,b", "session=s%3Bx"), (request.Headers["X-Count"], request.Headers["X-List"], request.Headers["Cookie"]));
        Assert.Equal("derived-key", request.Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task Answer_is_the_content_block_of_its_type()
    {
        _bench.Answer = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("plain", Encoding.UTF8, "text/plain") };
        var text = await ToolBench.CallAsync(_bench.Tool("send_text"), """{ "body": "x" }""");
        _bench.Answer = _ => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new("image/png") } },
        };
        var image = await ToolBench.CallAsync(_bench.Tool("send_bytes"), """{ "body": "AQ==" }""");
        _bench.Answer = _ => new HttpResponseMessage(HttpStatusCode.NoContent);
        var nothing = await ToolBench.CallAsync(_bench.Tool("send_form"), """{ "text": "x" }""");

        Assert.Equal("plain", ToolBench.Text(text));
        Assert.Equal("image/png", Assert.IsType<ImageContentBlock>(Assert.Single(image.Content)).MimeType);
        Assert.Contains("Done.", ToolBench.Text(nothing), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Undefined, nothing.StructuredContent?.ValueKind ?? JsonValueKind.Undefined);
    }
}
