using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The request that a tool call sends to the API, and its result.</summary>
[Trait("Category", "Postgres")]
public sealed class ToolCallTests : IAsyncLifetime
{
    private readonly ThingsServer _things = new(); // one per test, because tests inspect the requests to the API

    public ValueTask InitializeAsync() => _things.InitializeAsync();

    public ValueTask DisposeAsync() => _things.DisposeAsync();

    [Theory]
    [InlineData("plain", "/things/plain")]
    [InlineData("a/b?c#d%20", "/things/a%2Fb%3Fc%23d%2520")]
    [InlineData("ü €", "/things/%C3%BC%20%E2%82%AC")]
    [InlineData("...", "/things/...")]
    public async Task Path_argument_stays_within_its_segment(string thingId, string target)
    {
        _things.Api.Answer = context => context.Response.WriteAsync("""{"id":"x"}""");

        await CallAsync("get_thing", new JsonObject { ["thingId"] = thingId });

        Assert.Equal(target, Assert.Single(_things.Api.Requests).Target);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Path_argument_that_would_change_the_path_is_refused(string thingId)
    {
        var result = await CallAsync("get_thing", new JsonObject { ["thingId"] = thingId });

        Assert.True((bool)result["isError"]!);
        Assert.Empty(_things.Api.Requests);
    }

    [Fact]
    public async Task Query_and_header_arguments_go_where_they_belong()
    {
        _things.Api.Answer = context => context.Response.WriteAsync("{}");

        await CallAsync("list_things", new JsonObject { ["kind"] = new JsonArray("a&b", "c"), ["X-Region"] = "north" });

        var request = Assert.Single(_things.Api.Requests);
        Assert.Equal("/things?kind=a%26b&kind=c", request.Target);
        Assert.Equal("north", request.Headers["X-Region"]);
    }

    [Fact]
    public async Task Header_argument_cannot_add_another_header()
    {
        var result = await CallAsync("list_things", new JsonObject { ["X-Region"] = "north\r\nX-Admin: yes" });

        Assert.True((bool)result["isError"]!);
        Assert.Empty(_things.Api.Requests);
    }

    [Fact]
    public async Task Body_arguments_make_the_json_body()
    {
        _things.Api.Answer = context => context.Response.WriteAsync("""{"id":"new"}""");

        await CallAsync("create_thing", new JsonObject { ["name"] = "chair", ["size"] = 3 });

        var request = Assert.Single(_things.Api.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("""{"name":"chair","size":3}""", request.Body);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Missing_and_unknown_arguments_are_all_named()
    {
        var result = await CallAsync("create_thing", new JsonObject { ["nmae"] = "chair", ["colour"] = "red" });

        var text = Text(result);
        Assert.True((bool)result["isError"]!);
        var errors = JsonNode.Parse(text)!["errors"]!;
        Assert.Equal("is required.", errors["name"]![0]!.ToString());
        Assert.Contains("Did you mean 'name'?", errors["nmae"]![0]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("name, size", errors["colour"]![0]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(_things.Api.Requests);
    }

    [Fact]
    public async Task Answer_is_structured_content_and_the_same_text()
    {
        _things.Api.Answer = context => context.Response.WriteAsync("""{"id":"ü"}""");

        var result = await CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });

        Assert.Equal("ü", result["structuredContent"]!["id"]!.ToString());
        Assert.Equal("""{"id":"ü"}""", Text(result));
        Assert.Null(result["isError"]);
    }

    [Fact]
    public async Task Answer_without_a_body_is_a_short_confirmation()
    {
        _things.Api.Answer = context => { context.Response.StatusCode = 204; return Task.CompletedTask; };

        var result = await CallAsync("delete_thing", new JsonObject { ["thingId"] = "a" });

        Assert.Null(result["isError"]);
        Assert.NotEmpty(Text(result));
    }

    [Fact]
    public async Task Problem_details_arrive_as_they_are()
    {
        const string Problem = """{"type":"urn:x","title":"Gone","status":410,"detail":"It was taken away.","takenBy":"Bob"}""";
        _things.Api.Answer = context =>
        {
            context.Response.StatusCode = 410;
            context.Response.ContentType = "application/problem+json";
            return context.Response.WriteAsync(Problem);
        };

        var result = await CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });

        Assert.True((bool)result["isError"]!);
        Assert.Equal(Problem, Text(result));
        Assert.Null(result["structuredContent"]);
    }

    [Fact]
    public async Task Failure_without_problem_details_leaks_no_body()
    {
        _things.Api.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("canary at Secret.Method() in /src/Secret.cs:line 7");
        };

        var result = await CallAsync("create_thing", new JsonObject { ["name"] = "chair" });

        Assert.True((bool)result["isError"]!);
        Assert.Contains("500", Text(result), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", result.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_is_too_large_says_so()
    {
        _things.Api.Answer = context => context.Response.WriteAsync(new string(' ', 5 * 1024 * 1024));

        var result = await CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });

        Assert.True((bool)result["isError"]!);
        Assert.Contains("too large", Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_tool_is_a_protocol_error()
    {
        var answer = await _things.Server.CallAsync("no_such_tool", []);

        Assert.Equal(-32602, (int)answer["error"]!["code"]!);
        Assert.Contains("no_such_tool", answer["error"]!["message"]!.ToString(), StringComparison.Ordinal);
    }

    private async Task<JsonNode> CallAsync(string tool, JsonObject arguments) => (await _things.Server.CallAsync(tool, arguments))["result"]!;

    private static string Text(JsonNode result) => Assert.Single(result["content"]!.AsArray())!["text"]!.ToString();
}
