using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Confirmation;

namespace OrdersMcp.Tests.McpServer.Tasks;

/// <summary>The extension io.modelcontextprotocol/tasks (SEP-2663) over the jobs of an API.</summary>
[Trait("Category", "Postgres")]
public sealed class TaskTests : IAsyncLifetime
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private static readonly JsonObject Declares = new() { ["extensions"] = new JsonObject { ["io.modelcontextprotocol/tasks"] = new JsonObject() } };

    private JobsApi _jobs = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _jobs = await JobsApi.StartAsync();
        _server = await StartAsync(Key);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _jobs.DisposeAsync();
    }

    [Fact]
    public async Task Server_offers_the_extension()
    {
        var answer = await _server.SendAsync("server/discover", "", [], []);

        Assert.Equal("{}", answer["result"]!["capabilities"]!["extensions"]!["io.modelcontextprotocol/tasks"]!.ToJsonString());
    }

    [Fact]
    public async Task Call_is_answered_with_a_task_at_once()
    {
        var task = (await _server.SendAsync("export_orders", [], capabilities: Declares))["result"]!.AsObject();

        Assert.Equal(("task", "working"), (task["resultType"]!.ToString(), task["status"]!.ToString()));
        var created = task["createdAt"]!.GetValue<DateTimeOffset>();
        Assert.Equal((long)(JobsApi.Expires - created).TotalMilliseconds, (long)task["ttlMs"]!, 1.0);
        Assert.True((long)task["pollIntervalMs"]! > 0);
        Assert.DoesNotContain("result", task);
        Assert.DoesNotContain("content", task);
        Assert.Equal(["POST /exports"], _jobs.Sent);
    }

    [Fact]
    public async Task Task_is_working_and_then_completed_with_the_result_of_the_call()
    {
        var id = await BeginAsync();
        _jobs.States.Enqueue(JobsApi.Job("running", 4, "4 of 10 orders"));
        _jobs.States.Enqueue(JobsApi.Job("succeeded", 10));

        var working = await TaskAsync("tasks/get", id);
        var completed = await TaskAsync("tasks/get", id);

        Assert.Equal(("complete", "working", "4 of 10 orders"), (working["resultType"]!.ToString(), working["status"]!.ToString(), working["statusMessage"]!.ToString()));
        Assert.Equal(id, working["taskId"]!.ToString());
        Assert.Equal("completed", completed["status"]!.ToString());
        var result = completed["result"]!;
        Assert.Equal("e 1", result["structuredContent"]!["id"]!.ToString());
        Assert.Equal(("resource_link", "test://exports/e%201"), (result["content"]![1]!["type"]!.ToString(), result["content"]![1]!["uri"]!.ToString()));
        Assert.Equal("GET /exports/e%201", _jobs.Sent.Last());
    }

    [Theory]
    [InlineData("failed", "completed")]
    [InlineData("cancelled", "cancelled")]
    public async Task Job_that_does_not_succeed_ends_its_task_accordingly(string job, string status)
    {
        var id = await BeginAsync();
        _jobs.States.Enqueue(JobsApi.Job(job, 4, "The disk is full"));

        var task = await TaskAsync("tasks/get", id);

        Assert.Equal(status, task["status"]!.ToString());
        Assert.Equal(job == "failed", (bool?)task["result"]?["isError"] ?? false);
        Assert.Equal(job == "failed", task["result"]?["content"]?[0]?["text"]?.ToString().Contains("The disk is full", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData("""{"id":"e 1","status":"lost"}""")]
    [InlineData("[]")]
    public async Task Response_that_is_not_a_job_fails_the_task(string answer)
    {
        var id = await BeginAsync();
        _jobs.States.Enqueue(answer);

        if (answer == "[]")
        {
            // Not even an object, as the output schema promises: that may pass.
            Assert.Equal(-32603, (int)(await SendAsync("tasks/get", id))["error"]!["code"]!);
            return;
        }

        var task = await TaskAsync("tasks/get", id);
        Assert.Equal(("failed", -32603), (task["status"]!.ToString(), (int)task["error"]!["code"]!));
        Assert.Null(task["result"]);
    }

    [Fact]
    public async Task Cancellation_reaches_the_api_and_is_acknowledged()
    {
        var id = await BeginAsync();

        var answer = await TaskAsync("tasks/cancel", id);

        Assert.Equal(["resultType"], answer.Select(member => member.Key).Where(name => name != "_meta"));
        Assert.Equal("DELETE /exports/e%201", _jobs.Sent.Last());
    }

    [Fact]
    public async Task Cancellation_of_a_job_that_is_over_is_acknowledged()
    {
        var id = await BeginAsync();
        _jobs.CancelStatus = StatusCodes.Status409Conflict;

        Assert.Equal("complete", (await TaskAsync("tasks/cancel", id))["resultType"]!.ToString());
    }

    [Fact]
    public async Task Update_is_acknowledged_and_changes_nothing()
    {
        var id = await BeginAsync();
        _jobs.States.Enqueue(JobsApi.Job("running"));

        var answer = await SendAsync("tasks/update", id, new JsonObject { ["inputResponses"] = new JsonObject { ["x"] = new JsonObject() } });
        var without = await SendAsync("tasks/update", id);

        Assert.Equal("complete", answer["result"]!["resultType"]!.ToString());
        Assert.Equal(-32602, (int)without["error"]!["code"]!);
        Assert.DoesNotContain(_jobs.Sent.Skip(1), sent => !sent.StartsWith("GET", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Task_that_is_not_the_callers_is_unknown()
    {
        var id = await BeginAsync("alice");

        foreach (var method in new[] { "tasks/get", "tasks/cancel", "tasks/update" })
        {
            var parameters = new JsonObject { ["inputResponses"] = new JsonObject() };
            Assert.Equal(-32602, (int)(await SendAsync(method, id, (JsonObject)parameters.DeepClone(), "mallory"))["error"]!["code"]!);
            Assert.Equal(-32602, (int)(await SendAsync(method, $"{id}x", (JsonObject)parameters.DeepClone(), "alice"))["error"]!["code"]!);
            Assert.Equal(-32602, (int)(await SendAsync(method, "made-up", (JsonObject)parameters.DeepClone(), "alice"))["error"]!["code"]!);
        }

        Assert.Equal(["POST /exports"], _jobs.Sent);
    }

    [Fact]
    public async Task Task_whose_job_the_api_no_longer_has_is_expired()
    {
        var id = await BeginAsync();
        _jobs.OnRead = context => { context.Response.StatusCode = StatusCodes.Status404NotFound; return Task.CompletedTask; };
        _jobs.CancelStatus = StatusCodes.Status410Gone;

        foreach (var method in new[] { "tasks/get", "tasks/cancel" })
        {
            var error = (await SendAsync(method, id))["error"]!;
            Assert.Equal(-32602, (int)error["code"]!);
            Assert.Contains("expired", error["message"]!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Failure_of_the_api_does_not_fail_the_task()
    {
        var id = await BeginAsync();
        _jobs.OnRead = context => { context.Response.StatusCode = StatusCodes.Status403Forbidden; return Task.CompletedTask; };

        Assert.Equal(-32603, (int)(await SendAsync("tasks/get", id))["error"]!["code"]!);
    }

    [Theory]
    [InlineData("tasks/get")]
    [InlineData("tasks/update")]
    [InlineData("tasks/cancel")]
    public async Task Client_that_does_not_declare_the_extension_is_refused(string method)
    {
        var id = await BeginAsync();
        var message = Messages.Request(method, new JsonObject { ["taskId"] = id });

        using var response = await _server.PostAsync(
            JsonContent.Create(message), (Messages.VersionHeader, Messages.Version), ("Mcp-Method", method), ("Mcp-Name", id));

        var error = (await Messages.ReadAsync(response))["error"]!;
        Assert.Equal((HttpStatusCode.BadRequest, -32021), (response.StatusCode, (int)error["code"]!));
        Assert.NotNull(error["data"]!["requiredCapabilities"]!["extensions"]!["io.modelcontextprotocol/tasks"]);
    }

    [Fact]
    public async Task Header_must_name_the_task()
    {
        var id = await BeginAsync();
        var message = Messages.Request("tasks/get", new JsonObject { ["taskId"] = id });
        message["params"]!["_meta"]!["io.modelcontextprotocol/clientCapabilities"] = Declares.DeepClone();

        using var response = await _server.PostAsync(
            JsonContent.Create(message), (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tasks/get"), ("Mcp-Name", "another"));

        Assert.Equal(-32020, (int)(await Messages.ReadAsync(response))["error"]!["code"]!);
    }

    [Fact]
    public async Task Methods_are_not_there_in_the_handshake_era()
    {
        var id = await BeginAsync();
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "tasks/get", ["params"] = new JsonObject { ["taskId"] = id } };

        using var response = await _server.PostAsync(JsonContent.Create(message), (Messages.VersionHeader, "2025-11-25"));

        Assert.Equal(-32601, (int)(await Messages.ReadAsync(response))["error"]!["code"]!);
    }

    [Fact]
    public async Task Any_replica_with_the_key_answers_and_one_with_another_does_not()
    {
        var id = await BeginAsync();
        _jobs.States.Enqueue(JobsApi.Job("running", 1));
        await using var replica = await StartAsync(Key);
        await using var stranger = await StartAsync(new string('x', 32));

        Assert.Equal("working", (await SendAsync("tasks/get", id, to: replica))["result"]!["status"]!.ToString());
        Assert.Equal(-32602, (int)(await SendAsync("tasks/get", id, to: stranger))["error"]!["code"]!);
    }

    private async Task<McpApplication> StartAsync(string key)
    {
        var server = McpApplication.Start(_jobs.Api.Address, [("Mcp:SigningKey", key), .. TestCaller.Settings]);
        await server.WaitForHealthAsync("Healthy");
        return server;
    }

    private async Task<string> BeginAsync(string? caller = null) =>
        (await _server.SendAsync("export_orders", [], capabilities: Declares, caller: caller))["result"]!["taskId"]!.ToString();

    private async Task<JsonObject> TaskAsync(string method, string id) => (await SendAsync(method, id))["result"]!.AsObject();

    private Task<JsonObject> SendAsync(
        string method, string id, JsonObject? parameters = null, string? caller = null, McpApplication? to = null)
    {
        parameters ??= [];
        parameters["taskId"] = id;
        return (to ?? _server).SendAsync(method, id, parameters, Declares, caller);
    }
}
