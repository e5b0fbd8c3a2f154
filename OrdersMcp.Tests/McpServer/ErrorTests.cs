using System.Net;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Operations.Requests;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Errors say what went wrong and what to do next, and reveal nothing about the implementation or address of the API.</summary>
[Trait("Category", "Unit")]
public sealed class ErrorTests
{
    [Fact]
    public async Task Problem_details_keep_their_facts_and_get_the_time_to_wait()
    {
        var problem = await ProblemAsync(
            """{"title":"Too fast","status":429,"detail":"Slow down.","allowedTransitions":["cancelled"]}""", HttpStatusCode.TooManyRequests, "application/problem+json", retryAfter: 7);

        Assert.Equal("""["cancelled"]""", problem["allowedTransitions"]!.ToJsonString());
        Assert.Equal(7, (int)problem["retryAfter"]!);
    }

    [Theory]
    [InlineData("""{"title":"Oops","status":500,"exception":{"details":"at Secret.Run()"},"traceId":"t"}""", "traceId")]
    [InlineData("""{"title":"Oops","status":500,"detail":"Failed\n   at Secret.Run(String x) in /src/Secret.cs:line 7"}""", "safeToRepeat")]
    [InlineData("""{"title":"Oops","status":500,"detail":"see http://backend.internal:8123/base/logs and backend.internal:8123","k":"k3y-value"}""", "detail")]
    public async Task Internal_details_are_removed_from_problem_details(string body, string kept)
    {
        var problem = await ProblemAsync(body, HttpStatusCode.InternalServerError, "application/problem+json");

        Assert.NotNull(problem[kept]);
        Assert.DoesNotContain("Secret", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("backend.internal", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("k3y", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_in_another_form_is_passed_on_as_data()
    {
        var problem = await ProblemAsync("""{"message":"Not Found"}""", HttpStatusCode.NotFound);

        Assert.Equal(404, (int)problem["status"]!);
        Assert.Equal("Not Found", problem["answer"]!["message"]!.ToString());
    }

    [Theory]
    [InlineData("text/plain", "quantity must be at least 1", "quantity must be at least 1")]
    [InlineData("text/html", "<html><head><title>t</title></head><body><h1>No such&nbsp;order</h1><script>x()</script></body></html>", "No such order")]
    [InlineData("application/xml", "<Error><Code>Invalid</Code></Error>", "<Error><Code>Invalid</Code></Error>")]
    [InlineData("application/json", "\"at least 1\"", "at least 1")]
    [InlineData("text/plain", "Failed\n   at Secret.Run(String x) in /src/Secret.cs:line 7", "Failed")]
    [InlineData("application/json", """{"m":"Failed\n   at Secret.Run(String x)","stack":["Secret"],"k":"k3y-value"}""", """{"m":"Failed","k":"***"}""")]
    [InlineData("application/json", """[{"field":"quantity","message":"at least 1"}]""", """[{"field":"quantity","message":"at least 1"}]""")]
    public async Task Reason_reaches_the_model_in_whatever_form(string type, string body, string answer)
    {
        var said = (await ProblemAsync(body, HttpStatusCode.BadRequest, type))["answer"]!;

        Assert.Equal(answer, said is JsonValue ? said.ToString().Replace('\u00A0', ' ') : said.ToJsonString());
    }

    [Fact]
    public async Task Long_reason_is_cut()
    {
        var lines = string.Join(',', Enumerable.Repeat("\"some further detail\"", 1000));

        var answer = (await ProblemAsync($$"""{"message":"at least 1","lines":[{{lines}}]}""", HttpStatusCode.BadRequest))["answer"]!;

        Assert.Equal("at least 1", answer["message"]!.ToString());
        Assert.InRange(answer.ToJsonString().Length, 3000, 4096);
    }

    [Fact]
    public async Task Failure_of_the_api_says_what_it_says_in_json()
    {
        var problem = await ProblemAsync("""{"error":{"code":"card_declined"}}""", HttpStatusCode.InternalServerError);

        Assert.Equal("card_declined", problem["answer"]!["error"]!["code"]!.ToString());
        Assert.True((bool)problem["safeToRepeat"]!);
    }

    [Fact]
    public async Task Extensions_of_problem_details_are_kept_whatever_their_names()
    {
        var problem = await ProblemAsync(
            """{"title":"Invalid","source":"inventory","headers":["a"],"errors":[{"source":{"pointer":"/quantity"}}]}""", HttpStatusCode.BadRequest, "application/problem+json");

        Assert.Equal(("inventory", "/quantity"), (problem["source"]!.ToString(), problem["errors"]![0]!["source"]!["pointer"]!.ToString()));
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, null, "its name could not be resolved")]
    [InlineData(HttpRequestError.SecureConnectionError, null, "TLS")]
    [InlineData(HttpRequestError.ConnectionError, System.Net.Sockets.SocketError.ConnectionRefused, "the connection was refused")]
    [InlineData(HttpRequestError.ConnectionError, System.Net.Sockets.SocketError.TimedOut, "the connection timed out")]
    public async Task Api_that_cannot_be_reached_says_why(HttpRequestError error, System.Net.Sockets.SocketError? socket, string cause)
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""");
        bench.Answer = _ => throw new HttpRequestException(
            error, "backend.internal:8123", socket is null ? null : new System.Net.Sockets.SocketException((int)socket));

        var problem = ToolBench.Problem(await bench.CallAsync("{}"));

        Assert.Contains(cause, problem["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("backend.internal", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get", true, "Call again in a few seconds.")]
    [InlineData("put", true, "has the same effect")]
    [InlineData("post", false, "Read the current state before you call again.")]
    public async Task Unavailable_says_whether_repeating_is_safe(string method, bool isSafe, string advice)
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", method: method);
        bench.Answer = _ => ToolBench.Json("down at Secret.Run()", HttpStatusCode.BadGateway, "text/html");

        var problem = ToolBench.Problem(await bench.CallAsync("{}"));

        Assert.Equal(isSafe, (bool)problem["safeToRepeat"]!);
        Assert.Contains(advice, problem["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true, "nothing was changed")]
    [InlineData(HttpRequestError.ResponseEnded, false, "may or may not have done")]
    public async Task Broken_connection_says_whether_anything_was_asked(HttpRequestError error, bool isSafe, string advice)
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", method: "post");
        bench.Answer = _ => throw new HttpRequestException(error, "backend.internal:8123 refused");

        var problem = ToolBench.Problem(await bench.CallAsync("{}"));

        Assert.Equal(isSafe, (bool)problem["safeToRepeat"]!);
        Assert.Contains(advice, problem["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("8123", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_an_idempotency_key_the_advice_names_it()
    {
        var bench = Keyed();
        bench.Answer = _ => throw new HttpRequestException(HttpRequestError.ResponseEnded, "x");

        var problem = ToolBench.Problem(await bench.CallAsync("{}"));

        Assert.True((bool)problem["safeToRepeat"]!);
        Assert.Contains("""pass idempotencyKey "derived-key" with the same arguments""", problem["detail"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "derived-key")]
    [InlineData("""{ "idempotencyKey": "mine" }""", "mine")]
    public async Task Idempotency_key_is_optional_and_always_sent(string arguments, string sent)
    {
        var bench = Keyed();

        await bench.TargetAsync(arguments);

        Assert.Equal(sent, bench.Request.Headers["Idempotency-Key"]);
        Assert.False(bench.Tool.Definition.InputSchema.TryGetProperty("required", out _));
    }

    [Fact]
    public void Derived_key_is_that_of_an_identifiable_request()
    {
        var traced = new JsonObject { ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

        Assert.Equal(Key(traced), Key(traced));
        Assert.NotEqual(Key(traced), Key(traced, arguments: "{\"a\":1}"));
        Assert.NotEqual(Key(traced), Key(traced, id: new RequestId(8)));
        Assert.NotEqual(Key(traced), Key(traced, caller: "bob"));
        Assert.NotEqual(Key(traced), Key(new JsonObject { ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203332-01" }));
        Assert.Equal(Key(null, id: new RequestId("5f2b7d1e-8a44-4a0e-9a5f")), Key(null, id: new RequestId("5f2b7d1e-8a44-4a0e-9a5f")));
    }

    [Fact]
    public void Derived_key_is_new_if_two_calls_could_look_alike()
    {
        // A client that counts its requests from one makes the same first request every day.
        Assert.NotEqual(Key(null), Key(null));
        Assert.NotEqual(Key(new JsonObject { ["progressToken"] = 1 }), Key(new JsonObject { ["progressToken"] = 1 }));
        Assert.NotEqual(Key(null, id: new RequestId("12345678901234567")), Key(null, id: new RequestId("12345678901234567")));
    }

    private static string Key(JsonObject? meta, RequestId? id = null, string caller = "alice", string arguments = "{}") =>
        IdempotencyKey.Derive(caller, id ?? new RequestId(7), meta, "create_order", arguments).Value;

    private static ToolBench Keyed() => ToolBench.OfOperation(
        """{ "operationId": "x", "parameters": [ { "name": "Idempotency-Key", "in": "header", "required": true, "schema": { "type": "string" } } ] }""", method: "post");

    private static async Task<JsonNode> ProblemAsync(string body, HttpStatusCode status, string type = "application/json", int? retryAfter = null)
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", configure: api => api.Headers["X-Key"] = "k3y-value");
        bench.Answer = _ =>
        {
            var response = ToolBench.Json(body, status, type);
            if (retryAfter is not null)
            {
                response.Headers.RetryAfter = new(TimeSpan.FromSeconds(retryAfter.Value));
            }

            return response;
        };
        return ToolBench.Problem(await bench.CallAsync("{}"));
    }
}
