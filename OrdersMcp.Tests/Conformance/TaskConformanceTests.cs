using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Conformance;

/// <summary>
/// The conformance suite's scenarios for the tasks extension against the whole server. The suite's tools are operations of
/// an API, and its tasks are jobs of that API.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class TaskConformanceTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private TestApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await TestApi.StartAsync(Document());
        _api.Answer = AnswerAsync;
        _server = McpApplication.Start(_api.Address);
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    // Excluded: tasks-mrtr-input, because no task of this server asks for input while it runs; tasks-mrtr-composition, whose
    // tool asks for a name; and tasks-required-task-error, because every tool also works without tasks.
    [Theory]
    [InlineData("tasks-lifecycle")]
    [InlineData("tasks-capability-negotiation")]
    [InlineData("tasks-wire-fields")]
    [InlineData("tasks-request-state-removal")]
    [InlineData("tasks-request-headers")]
    [InlineData("tasks-dispatch-and-envelope")]
    public async Task Server_passes_the_scenarios_of_tasks(string scenario)
    {
        var (exitCode, output) = await ConformanceTests.RunAsync(
            "--url", _server.Endpoint.ToString(), "--scenario", scenario, "--spec-version", "2026-07-28", "--force"); // extensions have no version

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("SKIPPED: scenario", output, StringComparison.Ordinal);
        Assert.DoesNotContain("0 passed", output, StringComparison.Ordinal);
    }

    private static string Document()
    {
        var paths = new JsonObject
        {
            ["/greet"] = Operation("greet", ["name"], answer: "text/plain"),
            ["/confirm_delete"] = Operation("confirm_delete", ["filename"], answer: "text/plain"),
        };
        foreach (var (name, arguments) in new[] { ("slow_compute", new[] { "seconds", "label" }), ("failing_job", []), ("protocol_error_job", []) })
        {
            var job = Operation(name, arguments, answer: "application/json");
            job["post"]!["x-mcp"] = new JsonObject
            {
                ["task"] = new JsonObject { ["get"] = "get_job", ["cancel"] = "cancel_job", ["parameter"] = "jobId" },
            };
            paths[$"/{name}"] = job;
        }

        paths["/jobs/{jobId}"] = new JsonObject
        {
            ["parameters"] = new JsonArray(new JsonObject
            {
                ["name"] = "jobId",
                ["in"] = "path",
                ["required"] = true,
                ["schema"] = new JsonObject { ["type"] = "string" },
            }),
            ["get"] = new JsonObject { ["operationId"] = "get_job" },
            ["delete"] = new JsonObject { ["operationId"] = "cancel_job" },
        };
        return Documents.With(paths.ToJsonString());
    }

    private static JsonObject Operation(string name, string[] arguments, string answer) => new()
    {
        ["post"] = new JsonObject
        {
            ["operationId"] = name,
            ["requestBody"] = new JsonObject
            {
                ["content"] = new JsonObject
                {
                    ["application/json"] = new JsonObject
                    {
                        ["schema"] = new JsonObject
                        {
                            ["type"] = "object",
                            ["properties"] = new JsonObject([.. arguments.Select(argument => KeyValuePair.Create(argument, (JsonNode?)new JsonObject()))]),
                        },
                    },
                },
            },
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "Done", ["content"] = new JsonObject { [answer] = new JsonObject() } },
            },
        },
    };

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.ToString().Split('/', StringSplitOptions.RemoveEmptyEntries);
        var body = JsonNode.Parse(_api.Requests.Last(request => request.Target == context.Request.Path).Body is { Length: > 0 } text ? text : "{}")!;
        switch (path)
        {
            case ["greet" or "confirm_delete"]:
                context.Response.ContentType = "text/plain";
                await context.Response.WriteAsync($"Hello, {body["name"]}!");
                break;
            case ["jobs", var id] when _jobs.TryGetValue(id, out var job):
                if (context.Request.Method == "DELETE")
                {
                    job.IsCancelled |= DateTimeOffset.UtcNow < job.Ends;
                }

                await context.Response.WriteAsJsonAsync(job.Write(id), TestContext.Current.CancellationToken);
                break;
            case [var kind]:
                var begun = Guid.NewGuid().ToString("N");
                var seconds = kind == "slow_compute" ? (double?)body["seconds"] ?? 0 : 1;
                _jobs[begun] = new Job(kind, DateTimeOffset.UtcNow.AddSeconds(seconds));
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                await context.Response.WriteAsJsonAsync(new JsonObject { ["id"] = begun, ["status"] = "queued" });
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private sealed record Job(string Kind, DateTimeOffset Ends)
    {
        public bool IsCancelled { get; set; }

        public JsonObject Write(string id) => (IsCancelled, DateTimeOffset.UtcNow < Ends, Kind) switch
        {
            (true, _, _) => new JsonObject { ["id"] = id, ["status"] = "cancelled" },
            (_, true, _) => new JsonObject { ["id"] = id, ["status"] = "running" },
            (_, _, "failing_job") => new JsonObject { ["id"] = id, ["status"] = "failed" },
            (_, _, "protocol_error_job") => new JsonObject { ["crashed"] = true },
            _ => new JsonObject { ["id"] = id, ["status"] = "succeeded" },
        };
    }
}
