using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Confirmation;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.McpServer.Tasks;

/// <summary>Exports of real orders, as tasks and inline.</summary>
[Trait("Category", "Postgres")]
public sealed class ExportOrdersTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly JsonObject Declares = new() { ["extensions"] = new JsonObject { ["io.modelcontextprotocol/tasks"] = new JsonObject() } };

    private ApiFactory _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = new ApiFactory(await postgres.CreateDatabaseAsync());
        _api.UseKestrel();
        _api.StartServer();
        await _api.IsReadyAsync(TestContext.Current.CancellationToken);
        _server = McpApplication.Start(_api.ClientOptions.BaseAddress.ToString());
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Export_is_a_task_that_another_replica_reads_to_its_end()
    {
        await using var replica = McpApplication.Start(_api.ClientOptions.BaseAddress.ToString(), (Key, new string('k', 32)));
        await using var other = McpApplication.Start(_api.ClientOptions.BaseAddress.ToString(), (Key, new string('k', 32)));
        await replica.WaitForHealthAsync("Healthy");
        await other.WaitForHealthAsync("Healthy");
        var task = (await replica.SendAsync(
            "export_orders", [], capabilities: Declares))["result"]!;
        var id = task["taskId"]!.ToString();

        JsonNode state;
        do
        {
            var answer = await other.SendAsync("tasks/get", id, new JsonObject { ["taskId"] = id }, Declares);
            state = answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
        }
        while (state["status"]!.ToString() == "working");

        Assert.True((long)task["ttlMs"]! > 0);
        Assert.Equal("completed", state["status"]!.ToString());
        Assert.Equal("succeeded", state["result"]!["structuredContent"]!["status"]!.ToString());
        Assert.StartsWith("orders://exports/", state["result"]!["content"]![1]!["uri"]!.ToString(), StringComparison.Ordinal);
        var cancelled = await other.SendAsync("tasks/cancel", id, new JsonObject { ["taskId"] = id }, Declares);
        Assert.Equal("complete", cancelled["result"]!["resultType"]!.ToString()); // a finished task stays finished
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task Export_of_a_client_without_tasks_ends_within_the_call(string? protocolVersion)
    {
        await using var client = await _server.ConnectAsync(protocolVersion);

        var result = await client.CallToolAsync(
            "export_orders", new Dictionary<string, object?> { ["format"] = "json" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotEqual(true, result.IsError);
        var job = result.StructuredContent!.Value;
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        var link = Assert.IsType<ResourceLinkBlock>(result.Content[1]);
        Assert.Equal($"orders://exports/{job.GetProperty("id").GetString()}", link.Uri);
        var content = await _api.CreateClient().GetOkAsync($"/exports/{job.GetProperty("id").GetString()}/content");
        Assert.Equal(job.GetProperty("total").GetInt32(), content.GetArrayLength());
    }

    private const string Key = $"{OpenApiToolsOptions.Section}:{nameof(OpenApiToolsOptions.SigningKey)}";
}
