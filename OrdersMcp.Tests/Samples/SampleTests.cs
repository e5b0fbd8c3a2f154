using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Samples;

/// <summary>The samples and the template work with the packages of this build, as for somebody who has only them.</summary>
[Trait("Category", "Stack")]
public sealed class SampleTests(PackedLibrary library) : IClassFixture<PackedLibrary>
{
    [Fact]
    public async Task Minimal_app_has_its_operations_as_tools()
    {
        await using var app = await SampleProcess.StartAsync(await library.BuildSampleAsync("Minimal"));

        await AssertTodosAsync(app);
    }

    [Fact]
    public async Task App_of_the_template_has_its_operations_as_tools()
    {
        await using var app = await SampleProcess.StartAsync(await library.BuildTemplateAsync("Shopping"));

        await AssertTodosAsync(app);
    }

    [Fact]
    public async Task Controllers_show_a_tool_only_to_those_who_may_call_it()
    {
        await using var app = await SampleProcess.StartAsync(await library.BuildSampleAsync("Controllers"));

        var tools = await Messages.ListAsync(app.Endpoint);
        var books = (await Messages.CallAsync(app.Endpoint, "listBooks", []))["result"]!;
        var refused = (await Messages.CallAsync(app.Endpoint, "removeBook", new JsonObject { ["isbn"] = "9780141439518" }))["result"]!;

        Assert.Equal(["listBooks"], tools.Select(tool => (string)tool!["name"]!));
        Assert.Contains("Pride and Prejudice", books.ToJsonString(), StringComparison.Ordinal);
        Assert.True((bool)refused["isError"]!, refused.ToJsonString());
        Assert.Contains("401", refused.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_serves_another_api()
    {
        await using var api = await TestApi.StartAsync(Documents.With("""{ "/pets": { "get": { "operationId": "listPets", "responses": { "200": { "description": "Pets" } } } } }"""));
        api.Answer = context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "Rex");
        await using var app = await SampleProcess.StartAsync(
            await library.BuildSampleAsync("Gateway"), ("Petstore:Document", $"{api.Address}/openapi/v1.json"));
        await Until.HealthyAsync(new Uri(app.Address, "/health"));

        Assert.Equal(["listPets"], (await Messages.ListAsync(app.Endpoint)).Select(tool => (string)tool!["name"]!));
        Assert.Equal("Rex", (string)(await Messages.CallAsync(app.Endpoint, "listPets", []))["result"]!["content"]![0]!["text"]!);
    }

    private static async Task AssertTodosAsync(SampleProcess app)
    {
        Assert.Equal(["addTodo", "getTodo", "listTodos"], (await Messages.ListAsync(app.Endpoint)).Select(tool => (string)tool!["name"]!));

        await Messages.CallAsync(app.Endpoint, "addTodo", new JsonObject { ["text"] = "Read the manual" });
        var answer = await Messages.CallAsync(app.Endpoint, "getTodo", new JsonObject { ["id"] = 2 });

        Assert.Equal("Read the manual", (string)answer["result"]!["structuredContent"]!["text"]!);

        var added = await Task.WhenAll(Enumerable.Range(0, 30).Select(
            _ => Messages.CallAsync(app.Endpoint, "addTodo", new JsonObject { ["text"] = "At the same time" })));
        Assert.Equal(Enumerable.Range(3, 30), added.Select(each => (int)each["result"]!["structuredContent"]!["id"]!).Order());
    }
}
