using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>A call that is answered with a task goes on in other traces: all of them lead back to it.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class TaskTraceTests(SharedStack shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = OutsideClient.Shared;

    private static readonly JsonObject Tasks = new()
    {
        ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject
        {
            ["extensions"] = new JsonObject { ["io.modelcontextprotocol/tasks"] = new JsonObject() },
        },
    };

    private Uri Endpoint => new(shared.Stack.Mcp.Endpoint);

    [Fact]
    public async Task Readings_of_a_task_and_its_work_are_linked_to_the_call_that_began_it()
    {
        using var dashboard = new Dashboard(shared.Dashboard);
        var call = ActivityTraceId.CreateRandom().ToString();
        var begun = await Messages.CallAsync(Endpoint, "export_orders", new JsonObject { ["status"] = "shipped" }, [Traced(call)], Tasks);
        Assert.True(begun["result"]?["taskId"] is not null, begun.ToJsonString());
        var task = begun["result"]!["taskId"]!.ToString();
        var reading = await SendAsync("tasks/get", task);
        var updating = await SendAsync("tasks/update", task);
        var cancelling = await SendAsync("tasks/cancel", task);

        var spans = await dashboard.SpansAsync(
            spans => new[] { call, reading, updating, cancelling }.All(trace => spans.Any(span => span.TraceId == trace && IsMcp(span)))
                && spans.Any(span => span.TraceId == call && IsAccepted(span))
                && spans.Any(span => IsWork(span) && span.Links.Contains(spans.First(span => span.TraceId == call && IsAccepted(span)).Id))
                ? null
                : "The spans of the task are not there.",
            Patience);

        var first = spans.Single(span => span.TraceId == call && IsMcp(span));
        Assert.Equal("tools/call export_orders", first.Name);
        foreach (var (trace, method) in new[] { (reading, "tasks/get"), (updating, "tasks/update"), (cancelling, "tasks/cancel") })
        {
            var later = spans.Single(span => span.TraceId == trace && IsMcp(span));
            Assert.Equal(method, later.Name);
            Assert.Contains(first.Id, later.Links);
        }

        // The API does the work on its own, later: a trace of its own, which leads to the request that asked for it.
        var accepted = spans.Single(span => span.TraceId == call && IsAccepted(span));
        var work = spans.Single(span => IsWork(span) && span.Links.Contains(accepted.Id));
        Assert.NotEqual(call, work.TraceId);
        Assert.Null(work.ParentId);
        Assert.Equal("api", work.Service);
        Assert.Contains(spans, span => span.ParentId == work.Id && span.Attributes.ContainsKey("db.query.text"));
    }

    private async Task<string> SendAsync(string method, string task)
    {
        var trace = ActivityTraceId.CreateRandom().ToString();
        var body = Messages.Request(method, new JsonObject { ["taskId"] = task, ["inputResponses"] = new JsonObject() });
        foreach (var (name, value) in Tasks)
        {
            body["params"]!["_meta"]![name] = value!.DeepClone();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint) { Content = JsonContent.Create(body) };
        foreach (var (name, value) in new[] { (Messages.VersionHeader, Messages.Version), ("Mcp-Method", method), ("Mcp-Name", task), Traced(trace) })
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await Messages.ReadAsync(response);
        Assert.True(answer["result"] is not null, answer.ToJsonString());
        return trace;
    }

    private static (string Name, string Value) Traced(string trace) => ("traceparent", $"00-{trace}-00f067aa0ba902b7-01");

    private static bool IsMcp(Span span) => span.Attributes.ContainsKey("mcp.method.name");

    private static bool IsAccepted(Span span) => span is { Service: "api", Name: "POST /exports" };

    private static bool IsWork(Span span) => span.Name == "export orders";
}
