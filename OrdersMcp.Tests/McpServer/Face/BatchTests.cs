using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Face;

/// <summary>Batches, which are of protocol version 2025-03-26 alone.</summary>
[Trait("Category", "Postgres")]
public sealed class BatchTests : IAsyncLifetime
{
    private TestApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await TestApi.StartAsync(Documents.Things);
        _api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        _server = McpApplication.Start(_api.Address);
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData("2025-03-26")]
    [InlineData("")]
    public async Task Every_message_is_handled_and_the_answer_is_an_array(string version)
    {
        var (status, body) = await PostAsync(version, """
            [
              {"jsonrpc":"2.0","id":1,"method":"tools/list"},
              {"jsonrpc":"2.0","method":"notifications/initialized"},
              {"jsonrpc":"2.0","id":"two","method":"tools/call","params":{"name":"get_thing","arguments":{"thingId":"a"}}},
              {"jsonrpc":"2.0","id":3,"method":"no/such"},
              {"jsonrpc":"2.0","id":4,"method":"initialize","params":{}},
              7
            ]
            """);

        var answers = JsonNode.Parse(body)!.AsArray().ToDictionary(answer => answer!["id"]?.ToString() ?? "", answer => answer!);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["", "1", "3", "4", "two"], answers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(4, answers["1"]["result"]!["tools"]!.AsArray().Count);
        Assert.Equal("a", answers["two"]["result"]!["structuredContent"]!["id"]!.ToString());
        Assert.Equal(-32601, (int)answers["3"]["error"]!["code"]!);
        Assert.Contains("initialize cannot be part of a batch", answers["4"]["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(-32600, (int)answers[""]["error"]!["code"]!);
    }

    [Fact]
    public async Task Notifications_alone_are_accepted_without_an_answer()
    {
        var (status, body) = await PostAsync("2025-03-26", """[{"jsonrpc":"2.0","method":"notifications/initialized"}]""");

        Assert.Equal((HttpStatusCode.Accepted, ""), (status, body));
    }

    [Theory]
    [InlineData("2025-06-18", 1, "Protocol version 2025-06-18 has no batches.")]
    [InlineData("2025-11-25", 1, "Protocol version 2025-11-25 has no batches.")]
    [InlineData("2026-07-28", 1, "Protocol version 2026-07-28 has no batches.")]
    [InlineData("2025-03-26", 0, "A batch has 1 to 50 messages; this one has 0.")]
    [InlineData("2025-03-26", 51, "A batch has 1 to 50 messages; this one has 51.")]
    public async Task Batch_that_cannot_be_is_refused_as_a_whole(string version, int count, string said)
    {
        var (status, body) = await PostAsync(
            version, $"[{string.Join(',', Enumerable.Repeat("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", count))}]");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(said, body, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode, string)> PostAsync(string version, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _server.PostAsync(content, version.Length > 0 ? [(Messages.VersionHeader, version)] : []);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
