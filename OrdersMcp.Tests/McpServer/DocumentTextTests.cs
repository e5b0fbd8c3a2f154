using System.IO.Compression;
using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The forms in which a document is stored.</summary>
[Trait("Category", "Unit")]
public sealed class DocumentTextTests
{
    private const string Json = """{ "openapi": "3.1.0", "info": { "title": "é" }, "paths": {} }""";

    [Theory]
    [InlineData("""
        { // a comment
          "openapi": "3.1.0", /* another */ "info": { "title": "é", }, "paths": {},
        }
        """)]
    [InlineData("{openapi: 3.1.0, info: {title: é}, paths: {}}")]
    [InlineData("openapi: '3.1.0'\ninfo: {title: é}\npaths: {}")]
    [InlineData("%YAML 1.2\n---\nopenapi: !!str 3.1.0\ninfo:\n  title: \"é\"\npaths: {\n}\n...\n")]
    public void Document_may_be_json_with_comments_or_yaml_of_any_style(string text) => Assert.Equal("é", Title(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void Document_may_be_in_any_unicode_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);

        Assert.Equal("é", Title([.. encoding.GetPreamble(), .. encoding.GetBytes(Json)]));
        Assert.Equal("é", name == "utf-32" ? "é" : Title(encoding.GetBytes(Json)));
    }

    [Fact]
    public void Document_may_be_compressed()
    {
        Assert.Equal("é", Title(Compressed(Encoding.UTF8.GetBytes(Json))));
        Assert.Contains("larger than", Assert.Throws<ApiDocumentException>(() => Title(Compressed(new byte[DocumentText.MaxBytes + 1]))).Message, StringComparison.Ordinal);
        Assert.Contains("gzip", Assert.Throws<ApiDocumentException>(() => Title([0x1F, 0x8B, 1, 2, 3])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n\"openapi\": \"3.1.0\",\n\"info\": { \"title\": \"a\u000bb\u001f\" } }", "Line 3 has the control character U+000B")]
    [InlineData("openapi: 3.1.0\ninfo:\n  title: >-\n    a\u000cb\u0001\n", "Line 4 has the control character U+000C")]
    public void Control_character_is_a_warning_with_its_line(string text, string warning)
    {
        var document = ApiDocument.Parse(Encoding.UTF8.GetBytes(text));

        Assert.Equal("a b", document.Root.Member("info").Text("title")?.TrimEnd());
        Assert.StartsWith(warning, Assert.Single(document.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.1", true)]
    [InlineData("3.0", true)]
    [InlineData("3.2.0", true)]
    [InlineData("4.0.0", false)]
    public void Version_may_be_unquoted(string version, bool isRead)
    {
        var exception = Record.Exception(() => ApiDocument.Parse(Encoding.UTF8.GetBytes($"openapi: {version}\npaths: {{}}")));

        Assert.Equal(isRead, exception is null);
    }

    [Theory]
    [InlineData("a: |\n      \n  x\n", "\"\\nx\\n\"")]
    [InlineData("a: >-\n        \n  x\n", "\"\\nx\"")]
    [InlineData("a: |\r\n      \r\n  x\r\n", "\"\\nx\\n\"")]
    public void Block_may_begin_with_a_line_of_blanks(string yaml, string value) => Assert.Equal($"{{\"a\":{value}}}", Yaml(yaml));

    [Theory]
    [InlineData("d: &d {p: 1, q: 1}\na:\n  <<: *d\n  q: 2", """{"q":2,"p":1}""")]
    [InlineData("d: &d {p: 1}\ne: &e {p: 2, r: 3}\na: {<<: [*d, *e], s: 4}", """{"s":4,"p":1,"r":3}""")]
    [InlineData("d: &d {p: 1}\ne: &e {<<: *d}\na: {<<: *e}", """{"p":1}""")]
    [InlineData("a: {\"<<\": {p: 1}}", """{"<<":{"p":1}}""")]
    public void Merge_keys_are_merged(string yaml, string value) => Assert.Equal(value, JsonElement.Parse(Yaml(yaml)).GetProperty("a").GetRawText());

    [Fact]
    public void Key_that_is_there_twice_is_a_warning_with_its_place()
    {
        var warnings = new List<string>();

        var json = YamlToJson.Convert("a: 1\nb:\n  c: 1\n  c: 2\n"u8.ToArray(), warnings.Add);

        Assert.Equal("""{"a":1,"b":{"c":2}}""", Encoding.UTF8.GetString(json.Span));
        Assert.Equal("The key 'c' at line 4, column 3 is a duplicate; the last one counts.", Assert.Single(warnings));
    }

    [Fact]
    public void Key_that_is_twice_in_json_is_such_a_warning_too()
    {
        var warnings = new List<string>();

        var json = DocumentText.ToJson("{\"a\":1,\n\"b\":{\"c\":1,\"d\":2,\"c\":3}}"u8.ToArray(), warnings.Add);

        Assert.Equal("""{"a":1,"b":{"c":3,"d":2}}""", Encoding.UTF8.GetString(json.Span));
        Assert.Equal("The key 'c' at line 2, column 18 is a duplicate; the last one counts.", Assert.Single(warnings));
    }

    [Theory]
    [InlineData("a: b: c", "line 1, column 5")]
    [InlineData("a: 1\n? {b: 1}\n: 2\n", "a key at line 2")]
    [InlineData("a: *nothing", "an alias at line 1")]
    [InlineData("<<: 1", "merges something at line 1")]
    public void What_is_wrong_in_yaml_is_said_with_its_place(string yaml, string place) =>
        Assert.Contains(place, Assert.Throws<ApiDocumentException>(() => Yaml(yaml)).Message, StringComparison.Ordinal);

    private static string Yaml(string text) => Encoding.UTF8.GetString(YamlToJson.Convert(Encoding.UTF8.GetBytes(text)).Span);

    private static string? Title(byte[] bytes) => ApiDocument.Parse(bytes).Root.Member("info").Text("title");

    private static byte[] Compressed(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }
}
