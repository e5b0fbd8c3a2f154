using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Clients;

/// <summary>
/// Answers that are not what the document says. The client of the TypeScript SDK compares each result with the tool's output
/// schema, and throws where the content is missing or differs.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class AnswerMatrixTests
{
    private const string Json = "application/json";
    private const string Right = """{"id":1,"kind":"cat"}""";

    private static readonly Dictionary<string, (int Status, string? Type, byte[] Body, string? Encoding)> Cases = new(StringComparer.Ordinal)
    {
        ["right"] = Of(Right),
        ["other_media_type"] = Of(Right, "text/plain"),
        ["html_media_type"] = Of(Right, "text/html"),
        ["bytes"] = Of(Right, "application/octet-stream"),
        ["no_media_type"] = Of(Right, type: null),
        ["byte_order_mark"] = (200, Json, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Right)], null),
        ["utf_16"] = (200, Json + "; charset=utf-16", Encoding.Unicode.GetBytes(Right), null),
        ["compressed"] = (200, Json, Compressed(Right), "gzip"),
        ["missing_member"] = Of("""{"kind":"cat"}"""),
        ["member_of_another_type"] = Of("""{"id":"one","kind":"cat"}"""),
        ["member_of_another_value"] = Of("""{"id":1,"kind":"fish"}"""),
        ["null_member"] = Of("""{"id":1,"kind":null}"""),
        ["list"] = Of($"[{Right}]"),
        ["null_answer"] = Of("null"),
        ["number"] = Of("7"),
        ["not_a_number"] = Of("""{"id":NaN,"kind":"cat"}"""),
        ["broken"] = Of("""{"id":"""),
        ["prose"] = Of("Everything is fine.", "text/plain"),
        ["page"] = Of("<html><body><h1>Fine</h1></body></html>", "text/html"),
        ["image"] = (200, "image/png", [0x89, 0x50, 0x4E, 0x47], null),
        ["empty"] = Of("", type: null),
        ["no_content"] = (204, null, [], null),
        ["created"] = (201, Json, Encoding.UTF8.GetBytes(Right), null),
        ["not_found"] = (404, "text/html", Encoding.UTF8.GetBytes("<p>No such thing</p>"), null),
        ["failure"] = (500, "application/problem+json", Encoding.UTF8.GetBytes("""{"title":"It failed"}"""), null),
    };

    private static readonly string[] Errors = ["failure", "not_found"];

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Client_takes_every_answer(string version)
    {
        await using var api = await TestApi.StartAsync(Documents.With(Paths()));
        api.Answer = AnswerAsync;
        await using var server = McpApplication.Start(api.Address, ("Mcp:Apis:0:Name", "pets")); // the orders API has settings of its own
        await server.WaitForHealthAsync("Healthy");

        var node = (await InstalledTools.InspectorAsync()).Node;
        var (exitCode, output, error) = await ProgramRun.RunAsync(
            new ProcessStartInfo(node, [
                Path.Combine(AppContext.BaseDirectory, "Tools", "clients", "answers.mjs"), await InstalledTools.ClientModulesAsync(), version, server.Endpoint.AbsoluteUri,
            ]),
            TimeSpan.FromSeconds(120));
        Assert.True(exitCode == 0, error);

        var called = JsonNode.Parse(output)!.AsObject();
        Assert.Equal(Cases.Keys.Order(StringComparer.Ordinal), called.Select(call => call.Key).Order(StringComparer.Ordinal));
        Assert.Empty(called.Where(call => call.Value!["thrown"] is not null).Select(call => $"{call.Key}: {call.Value!["thrown"]}"));
        Assert.Equal(Errors, called.Where(call => (bool)call.Value!["isError"]!).Select(call => call.Key).Order(StringComparer.Ordinal));
        Assert.True((bool)called["right"]!["hasSchema"]! && (bool)called["right"]!["hasContent"]!);
    }

    private static (int Status, string? Type, byte[] Body, string? Encoding) Of(string body, string? type = Json) => (200, type, Encoding.UTF8.GetBytes(body), null);

    private static byte[] Compressed(string text)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }

    private static string Paths()
    {
        const string Schema = """{ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" }, "kind": { "type": "string", "enum": ["cat", "dog"] } } }""";
        return $"{{ {string.Join(", ", Cases.Keys.Select(name => $$"""
            "/{{name}}": { "get": { "operationId": "{{name}}", "responses": { "200": { "description": "Fine", "content": { "application/json": { "schema": {{Schema}} } } } } } }
            """))} }}";
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var (status, type, body, encoding) = Cases[context.Request.Path.Value![1..]];
        (context.Response.StatusCode, context.Response.ContentType) = (status, type);
        if (encoding is not null)
        {
            context.Response.Headers.ContentEncoding = encoding;
        }

        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
