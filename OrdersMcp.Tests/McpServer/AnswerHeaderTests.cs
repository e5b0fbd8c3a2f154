using System.Net;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.Tests.McpServer;

/// <summary>What only the headers of a response say is in the result where the next call needs it.</summary>
[Trait("Category", "Unit")]
public sealed class AnswerHeaderTests
{
    [Theory]
    [InlineData("Location", "/jobs/77", "Location: /jobs/77")]
    [InlineData("Location", ToolBench.Address + "/jobs/77", "Location: /base/jobs/77")]
    [InlineData("Location", "https://elsewhere.test/jobs/77", "Location: https://elsewhere.test/jobs/77")]
    [InlineData("Retry-After", "5", "Retry-After: 5 s")]
    [InlineData("ETag", "\"v7\"", "ETag: \"v7\"")]
    [InlineData("Link", "</x?page=1>; rel=\"prev\", <" + ToolBench.Address + "/x?page=3>; title=\"a, b\"; rel=\"last next\"", "the next page is /base/x?page=3")]
    public async Task Header_is_told(string header, string value, string note)
    {
        var result = await AnswerAsync(header, value, "{}");

        Assert.Contains(note, Assert.IsType<TextContentBlock>(result.Content[1]).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Location", "/orders/77", """{"id":77}""")]
    [InlineData("Location", "/orders/77", """{"orderId":"77"}""")]
    [InlineData("ETag", "\"7\"", """{"version":7}""")]
    [InlineData("ETag", "W/\"7\"", "{}")]
    [InlineData("Link", "</x?cursor=abcdefgh1>; rel=next", """{"nextCursor":"abcdefgh1"}""")]
    [InlineData("Link", "</x?page=1>; rel=prev", "{}")]
    public async Task Header_that_says_no_more_than_the_answer_is_not(string header, string value, string body) =>
        Assert.Single((await AnswerAsync(header, value, body)).Content);

    [Fact]
    public async Task Number_that_means_something_else_is_not_taken_for_the_id() =>
        Assert.Equal(2, (await AnswerAsync("Location", "/orders/5", """{"quantity":5}""")).Content.Count);

    [Fact]
    public async Task Success_without_a_body_still_says_where_to_look()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x", "responses": { "202": { "description": "Accepted" } } }""", method: "post");
        bench.Answer = _ => new HttpResponseMessage(HttpStatusCode.Accepted) { Headers = { Location = new Uri("/jobs/77", UriKind.Relative) } };

        Assert.Contains("/jobs/77", JsonSerializer.Serialize((await bench.CallAsync("{}")).Content[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_tells_of_the_body_that_it_does_not_have()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", method: "head");
        bench.Answer = _ =>
        {
            var content = new ByteArrayContent([]);
            content.Headers.ContentLength = 8_000_000_000;
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = new HttpRequestMessage(HttpMethod.Head, ToolBench.Address) };
        };

        Assert.Contains("Content-Length: 8000000000", Assert.IsType<TextContentBlock>((await bench.CallAsync("{}")).Content[1]).Text, StringComparison.Ordinal);
    }

    private static async Task<CallToolResult> AnswerAsync(string header, string value, string body)
    {
        var bench = ToolBench.OfAnswer("""{ "type": "object" }""");
        bench.Answer = _ =>
        {
            var response = ToolBench.Json(body);
            response.Headers.TryAddWithoutValidation(header, value);
            return response;
        };
        return await bench.CallAsync("{}");
    }
}
