using System.Net;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Redirects, by RFC 9110, section 15.4.</summary>
[Trait("Category", "Unit")]
public sealed class RedirectTests
{
    private const string Body = """{ "required": true, "content": { "application/json": { "schema": { "type": "object", "properties": { "a": { "type": "integer" } } } } } }""";

    [Theory]
    [InlineData("get", HttpStatusCode.Found, "GET")]
    [InlineData("head", HttpStatusCode.MovedPermanently, "HEAD")]
    [InlineData("post", HttpStatusCode.MovedPermanently, "GET")]
    [InlineData("post", HttpStatusCode.Found, "GET")]
    [InlineData("put", HttpStatusCode.Found, "PUT")]
    [InlineData("put", HttpStatusCode.SeeOther, "GET")]
    [InlineData("post", HttpStatusCode.TemporaryRedirect, "POST")]
    [InlineData("patch", HttpStatusCode.PermanentRedirect, "PATCH")]
    public async Task Same_origin_is_followed_with_the_method_that_the_status_asks_for(string method, HttpStatusCode status, string then)
    {
        var bench = ToolBench.OfOperation($$"""{ "operationId": "x", "requestBody": {{Body}} }""", method: method, configure: api => api.BearerToken = "t0k3n-value");
        bench.Answer = request => bench.Requests.Count == 1 ? To("/elsewhere", status) : ToolBench.Json("""{"arrived":true}""");

        var result = await bench.CallAsync("""{ "a": 1 }""");

        Assert.Null(result.IsError);
        Assert.Equal((then, "http://backend.internal:8123/elsewhere"), (bench.Requests[1].Method, bench.Requests[1].Uri));
        Assert.Equal(then is "GET" or "HEAD" && method != "head" && method != "get" ? "" : """{"a":1}""", bench.Requests[1].Body);
        Assert.Equal("Bearer t0k3n-value", bench.Requests[1].Headers["Authorization"]);
    }

    [Theory]
    [InlineData("https://backend.internal:8123/x")]
    [InlineData("http://backend.internal:8124/x")]
    [InlineData("http://other.internal:8123/x")]
    [InlineData("//other.internal/x")]
    [InlineData("http://user@backend.internal:8123/x")]
    [InlineData("file:///etc/passwd")]
    public async Task Another_origin_is_told_and_never_asked(string location)
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", configure: api => api.BearerToken = "t0k3n-value");
        bench.Answer = _ => To(location, HttpStatusCode.Found);

        var problem = ToolBench.Problem(await bench.CallAsync("{}"));

        Assert.Single(bench.Requests);
        Assert.Equal(302, (int)problem["status"]!);
        Assert.Equal(location, problem["location"]!.ToString());
    }

    [Fact]
    public async Task Circle_ends_after_five()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""");
        bench.Answer = _ => To("/base/x", HttpStatusCode.Found);

        Assert.Equal("/base/x", ToolBench.Problem(await bench.CallAsync("{}"))["location"]!.ToString());
        Assert.Equal(6, bench.Requests.Count);
    }

    [Fact]
    public async Task Redirect_that_the_document_declares_is_the_answer()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x", "responses": { "302": { "description": "Where the file is" } } }""");
        bench.Answer = _ => To("https://files.test/a.zip", HttpStatusCode.Found);

        var result = await bench.CallAsync("{}");

        Assert.Null(result.IsError);
        Assert.Contains("Location: https://files.test/a.zip", System.Text.Json.JsonSerializer.Serialize(result.Content[1]), StringComparison.Ordinal);
    }

    private static HttpResponseMessage To(string location, HttpStatusCode status)
    {
        var response = new HttpResponseMessage(status);
        response.Headers.TryAddWithoutValidation("Location", location);
        return response;
    }
}
