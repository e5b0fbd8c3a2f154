using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.McpServer.Hosting.Commands;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>The command that repeats a recorded read.</summary>
[Trait("Category", "Postgres")]
public sealed class ReplayTests : IAsyncLifetime
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();
    private TestApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await TestApi.StartAsync(Documents.With("""
            {
              "/orders/{orderId}": {
                "get": { "operationId": "get_order", "parameters": [
                  { "name": "orderId", "in": "path", "required": true, "schema": { "type": "integer" } },
                  { "name": "q", "in": "query", "schema": { "type": "string" } } ] },
                "delete": { "operationId": "delete_order", "parameters": [ { "name": "orderId", "in": "path", "required": true, "schema": { "type": "integer" } } ] }
              }
            }
            """));
        Answer("""{"id":1}""");
        _server = McpApplication.Start(_api.Address);
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Read_with_the_same_answer_is_reported_as_the_same()
    {
        await CallAsync("get_order", new JsonObject { ["orderId"] = 1 });

        Assert.Equal(ReplayCommand.Same, await ReplayAsync(Trace));
        Assert.Contains("The answer is the same", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, _api.Requests.Count(request => request.Target == "/orders/1"));
    }

    [Fact]
    public async Task Read_with_a_different_answer_shows_both()
    {
        await CallAsync("get_order", new JsonObject { ["orderId"] = 1 });
        Answer("""{"id":1,"status":"shipped"}""");

        Assert.Equal(ReplayCommand.Differs, await ReplayAsync(Trace));
        Assert.Contains("shipped", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writing_is_refused()
    {
        await CallAsync("delete_order", new JsonObject { ["orderId"] = 1 });
        var before = _api.Requests.Count;

        Assert.Equal(ReplayCommand.Refused, await ReplayAsync(Trace));
        Assert.Contains("changes something", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, _api.Requests.Count);
    }

    [Fact]
    public async Task Read_without_recorded_arguments_says_why()
    {
        await CallAsync("get_order", new JsonObject { ["orderId"] = 1, ["q"] = "Anna" });

        Assert.Equal(ReplayCommand.NotRecorded, await ReplayAsync(Trace));
        Assert.Contains("may contain text written by people", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_trace_is_reported_as_missing()
    {
        Assert.Equal(ReplayCommand.NotRecorded, await ReplayAsync("00000000000000000000000000000001"));
        Assert.Contains("No tool call of the trace", _errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not-a-trace")]
    public async Task Invalid_command_line_shows_the_usage(string trace)
    {
        Assert.Equal(ReplayCommand.Usage, await ReplayAsync(trace));
        Assert.StartsWith("Usage: replay TRACEID", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unreachable_api_is_named()
    {
        await _api.DisposeAsync();

        Assert.Equal(ReplayCommand.Unavailable, await ReplayAsync(Trace));
        Assert.Contains("The API 'orders' cannot be used", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("services__api__http__0", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Default_api_is_that_of_the_local_stack()
    {
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(
            Path.GetDirectoryName(BuiltProgram.Path("OrdersMcp.McpServer"))!, "appsettings.Development.json")))!;

        Assert.Equal("http://localhost:5080", (string)settings["services"]!["api"]!["http"]![0]!);
    }

    private void Answer(string json) => _api.Answer = context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    };

    private async Task CallAsync(string tool, JsonObject arguments)
    {
        await _server.CallAsync(tool, arguments, ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"));
        await Until.TrueAsync(() => _api.Audit.Count == 1, () => "The call is not on record.");
    }

    private Task<int> ReplayAsync(string trace) =>
        new ReplayCommand(_server.Services).RunAsync(trace, _output, _errors, TestContext.Current.CancellationToken);
}
