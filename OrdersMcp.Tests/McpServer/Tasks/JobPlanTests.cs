using System.Text.Json;
using OrdersMcp.OpenApiTools.Tasks;

namespace OrdersMcp.Tests.McpServer.Tasks;

/// <summary>Jobs from documents, and their warnings.</summary>
[Trait("Category", "Unit")]
public sealed class JobPlanTests
{
    [Fact]
    public void Job_is_followed_by_operations_that_need_not_be_tools()
    {
        var bench = ToolBench.Of(JobsApi.Document);

        var job = bench.Tools.Single(tool => tool.Definition.Name == "export_orders").Job!;
        Assert.Equal(("get_export", "cancel_export", "exportId"), (job.Get.Definition.Name, job.Cancel!.Definition.Name, job.Parameter));
        Assert.Equal(["export_orders", "get_export"], bench.Names);
        Assert.Empty(bench.Warnings);
    }

    [Theory]
    [InlineData("""{ "get": "no_such", "parameter": "id" }""", "'get'")]
    [InlineData("""{ "get": "get_job" }""", "'get'")]
    [InlineData("""{ "get": "get_job", "parameter": "number" }""", "'get'")]
    [InlineData("""{ "get": "stop_job", "parameter": "id" }""", "'get'")]
    public void Job_that_cannot_be_followed_is_warned_of(string task, string named)
    {
        var bench = Bench(task);

        Assert.Null(bench.Tools.Single(tool => tool.Definition.Name == "begin").Job);
        Assert.Contains(named, Assert.Single(bench.Warnings).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "get": "get_job", "parameter": "id", "cancel": "no_such" }""", "'cancel'")]
    [InlineData("""{ "get": "get_job", "parameter": "id", "resource": "x://jobs" }""", "'resource'")]
    public void Job_is_followed_without_what_cannot_be_used(string task, string named)
    {
        var bench = Bench(task);

        var job = bench.Tools.Single(tool => tool.Definition.Name == "begin").Job!;
        Assert.Null(job.Cancel);
        Assert.Null(job.ResourceOf("1"));
        Assert.Contains(named, Assert.Single(bench.Warnings).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"a","status":"running"}""", "a", false)]
    [InlineData("""{"id":7,"status":"succeeded"}""", "7", true)]
    [InlineData("""{"id":7,"status":"cancelled"}""", "7", true)]
    public void Job_is_read(string json, string id, bool isOver)
    {
        var job = JobState.TryRead(JsonElement.Parse(json))!;

        Assert.Equal((id, isOver), (job.Id, job.IsOver));
    }

    [Theory]
    [InlineData("""{"id":"a","status":"1"}""")]
    [InlineData("""{"id":"a","status":"Running"}""")]
    [InlineData("""{"id":"a"}""")]
    [InlineData("""{"id":{},"status":"running"}""")]
    [InlineData("""{"status":"running"}""")]
    [InlineData("3")]
    public void Anything_else_is_not_a_job(string json) => Assert.Null(JobState.TryRead(JsonElement.Parse(json)));

    private static ToolBench Bench(string task) => ToolBench.Of(Documents.With(
        $$"""
        {
          "/jobs": { "post": { "operationId": "begin", "x-mcp": { "task": {{task}} } } },
          "/jobs/{id}": {
            "parameters": [ { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } } ],
            "get": { "operationId": "get_job" },
            "delete": { "operationId": "stop_job" }
          }
        }
        """));
}
