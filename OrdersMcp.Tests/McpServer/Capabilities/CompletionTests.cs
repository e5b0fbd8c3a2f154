using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>Completion of the arguments of prompts and the variables of resources.</summary>
[Trait("Category", "Postgres")]
public sealed class CompletionTests : IAsyncLifetime
{
    private CapabilitiesApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await CapabilitiesApi.StartAsync();
        _server = McpApplication.Start(_api.Address);
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData("ref/prompt", "name", "describe_thing")]
    [InlineData("ref/resource", "uri", "things://things/{thingId}")]
    public async Task Operation_of_the_document_completes(string type, string member, string reference)
    {
        _api.Answer = context => context.Response.WriteAsync("""{"values":["a1","a2"],"total":12,"hasMore":true}""");

        var answer = await CompleteAsync(new JsonObject { ["type"] = type, [member] = reference }, "thingId", "a&b");

        Assert.Equal("""{"values":["a1","a2"],"total":12,"hasMore":true}""", answer["result"]!["completion"]!.ToJsonString());
        Assert.Equal("/completion?prefix=a%26b", Assert.Single(_api.Api.Requests).Target);
    }

    [Theory]
    [InlineData("p", """["plain","poetic","explain"]""")]
    [InlineData("PO", """["poetic"]""")]
    [InlineData("", """["plain","poetic","explain"]""")]
    [InlineData("x y", "[]")]
    public async Task Values_of_the_document_complete_without_a_request(string typed, string values)
    {
        var answer = await CompleteAsync(Prompt(), "tone", typed);

        Assert.Equal(values, answer["result"]!["completion"]!["values"]!.ToJsonString());
        Assert.Empty(_api.Api.Requests);
    }

    [Fact]
    public async Task Argument_with_any_value_has_nothing_to_complete()
    {
        var answer = await CompleteAsync(Prompt(), "words", "a");

        Assert.Equal("""{"values":[],"total":0,"hasMore":false}""", answer["result"]!["completion"]!.ToJsonString());
    }

    [Fact]
    public async Task At_most_a_hundred_values_are_returned()
    {
        _api.Answer = context => context.Response.WriteAsJsonAsync(new { values = Enumerable.Range(0, 150).Select(value => $"a{value}") });

        var completion = (await CompleteAsync(Prompt(), "thingId", "a"))["result"]!["completion"]!;

        Assert.Equal(100, completion["values"]!.AsArray().Count);
        Assert.True((bool)completion["hasMore"]!);
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(200, "no JSON")]
    [InlineData(200, """{"values":"a"}""")]
    [InlineData(200, "[]")]
    public async Task Failing_api_gives_an_empty_completion(int status, string body)
    {
        _api.Answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        };

        var answer = await CompleteAsync(Prompt(), "thingId", "a");

        Assert.Equal("[]", answer["result"]!["completion"]!["values"]!.ToJsonString());
    }

    [Fact]
    public async Task Slow_api_gives_an_empty_completion()
    {
        _api.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);

        var answer = await CompleteAsync(Prompt(), "thingId", "a").WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);

        Assert.Equal("[]", answer["result"]!["completion"]!["values"]!.ToJsonString());
    }

    [Fact]
    public async Task Text_that_no_value_can_start_with_causes_no_request()
    {
        var tooLongForTheApi = await CompleteAsync(Prompt(), "thingId", new string('x', 51));
        var tooLong = await CompleteAsync(Prompt(), "thingId", new string('x', 1001));

        Assert.All([tooLongForTheApi, tooLong], answer => Assert.Equal("[]", answer["result"]!["completion"]!["values"]!.ToJsonString()));
        Assert.Empty(_api.Api.Requests);
    }

    [Theory]
    [InlineData("""{"type":"ref/prompt","name":"no_prompt"}""", "x", "There is no prompt 'no_prompt'.")]
    [InlineData("""{"type":"ref/prompt","name":"describe_thing"}""", "x", "has no argument 'x'.")]
    [InlineData("""{"type":"ref/resource","uri":"things://things/a"}""", "x", "There is no resource template")]
    [InlineData("""{"type":"ref/resource","uri":"things://things/{thingId}"}""", "x", "has no variable 'x'.")]
    public async Task Unknown_reference_cannot_be_completed(string reference, string argument, string said)
    {
        var error = (await CompleteAsync(JsonNode.Parse(reference)!.AsObject(), argument, "a"))["error"]!;

        Assert.Equal(-32602, (int)error["code"]!);
        Assert.Contains(said, error["message"]!.ToString(), StringComparison.Ordinal);
    }

    private static JsonObject Prompt() => new() { ["type"] = "ref/prompt", ["name"] = "describe_thing" };

    private Task<JsonObject> CompleteAsync(JsonObject reference, string argument, string typed) => _server.AskAsync(
        "completion/complete",
        new JsonObject { ["ref"] = reference, ["argument"] = new JsonObject { ["name"] = argument, ["value"] = typed } });
}
