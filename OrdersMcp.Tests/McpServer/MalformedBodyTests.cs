using System.Net;
using System.Text;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Bodies that are not JSON-RPC messages, and their errors.</summary>
[Trait("Category", "Unit")]
public sealed class MalformedBodyTests(ThingsServer things) : IClassFixture<ThingsServer>
{
    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",", -32700)]
    [InlineData("", -32700)]
    [InlineData("\u0001", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("null", -32600)]
    [InlineData("\"text\"", -32600)]
    [InlineData("{}", -32600)]
    [InlineData("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"tools/list\"}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"tools/list\"}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"} {}", -32700)]
    public async Task Body_that_is_not_a_message_gets_400_and_the_right_code(string body, int code)
    {
        using var response = await things.Server.PostAsync(new StringContent(body, Encoding.UTF8, "application/json"));

        await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, code);
    }

    [Theory]
    [InlineData("2025-03-26")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Batch_is_rejected_by_name(string version)
    {
        using var response = await things.Server.PostAsync(
            new StringContent("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""", Encoding.UTF8, "application/json"),
            (Messages.VersionHeader, version));

        var error = await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, -32600);
        Assert.Contains("no batches", error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"\ud800":1}}}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{},"_meta":{}}}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"_meta":"text"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"initialize"}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":7,"capabilities":{},"clientInfo":{"name":"a","version":"1"}}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"initialize","params":[1]}""", -32602)]
    public async Task Parameters_that_cannot_be_read_get_400_and_the_id(string body, int code)
    {
        using var response = await things.Server.PostAsync(new StringContent(body, Encoding.UTF8, "application/json"));

        await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, code, id: 7);
    }

    [Fact]
    public async Task Body_that_is_not_utf8_gets_400()
    {
        var body = new ByteArrayContent([.. "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list"u8, 0xE9, .. "\"}"u8]);
        body.Headers.ContentType = new("application/json");

        using var response = await things.Server.PostAsync(body);

        await Messages.AssertErrorAsync(response, HttpStatusCode.BadRequest, -32700);
    }

    [Fact]
    public async Task Body_that_is_nested_too_deep_gets_400()
    {
        var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"a\":" + new string('[', 100) + new string(']', 100) + "}}";

        using var response = await things.Server.PostAsync(new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Body_over_the_limit_gets_413()
    {
        using var response = await things.Server.PostAsync(new StringContent(new string(' ', 1024 * 1024 + 1), Encoding.UTF8, "application/json"), ("Expect", "100-continue"));

        await Messages.AssertErrorAsync(response, HttpStatusCode.RequestEntityTooLarge, -32600);
    }

    [Fact]
    public async Task Body_that_is_not_json_by_its_type_gets_415()
    {
        using var response = await things.Server.PostAsync(new StringContent("{}", Encoding.UTF8, "text/plain"));

        await Messages.AssertErrorAsync(response, HttpStatusCode.UnsupportedMediaType, -32600);
    }
}
