using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The catalog of tools, and its behavior while an API is unavailable.</summary>
[Trait("Category", "Postgres")]
public sealed class CatalogTests
{
    [Fact]
    public async Task Tools_are_the_operations_of_the_document()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address);
        await using var client = await server.ConnectAsync();

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["create_thing", "delete_thing", "get_thing", "list_things"], tools.Select(tool => tool.Name));
        var tool = tools.Single(tool => tool.Name == "get_thing").ProtocolTool;
        Assert.Equal("Get a thing", tool.Title);
        Assert.Equal("Gets one thing by its id.", tool.Description);
        Assert.Equal(
            """{"type":"object","properties":{"thingId":{"type":"string","description":"Its id."}},"required":["thingId"],"additionalProperties":false}""",
            tool.InputSchema.GetRawText());
        Assert.Equal("#/$defs/Part", tool.OutputSchema!.Value.GetProperty("properties").GetProperty("parts").GetProperty("items").GetProperty("$ref").GetString());
        Assert.True(tool.OutputSchema.Value.GetProperty("$defs").TryGetProperty("Part", out _));
    }

    [Fact]
    public async Task Annotations_follow_the_method()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address);
        await using var client = await server.ConnectAsync();

        var annotations = (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken))
            .ToDictionary(tool => tool.Name, tool => tool.ProtocolTool.Annotations!);

        Assert.Equal((true, true, false, false), Hints("get_thing"));
        Assert.Equal((false, false, false, false), Hints("create_thing"));
        Assert.Equal((false, true, true, false), Hints("delete_thing"));

        (bool? ReadOnly, bool? Idempotent, bool? Destructive, bool? OpenWorld) Hints(string tool) => annotations[tool] is var hints
            ? (hints.ReadOnlyHint, hints.IdempotentHint, hints.DestructiveHint, hints.OpenWorldHint)
            : default;
    }

    [Fact]
    public async Task Schemas_of_openapi_3_0_become_json_schema()
    {
        await using var api = await TestApi.StartAsync(Documents.With(
            """
            { "/x": { "get": { "operationId": "x", "parameters": [ { "name": "n", "in": "query", "schema":
              { "type": "integer", "nullable": true, "minimum": 0, "exclusiveMinimum": true, "example": 5, "enum": [1, 2] } } ],
              "responses": { "204": { "description": "" } } } } }
            """,
            version: "3.0.3"));
        await using var server = McpApplication.Start(api.Address);
        await using var client = await server.ConnectAsync();

        var tool = Assert.Single(await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(
            """{"type":"integer","exclusiveMinimum":0,"enum":[1,2]}""",
            JsonNode.Parse(tool.ProtocolTool.InputSchema.GetProperty("properties").GetProperty("n").GetRawText())!.AsObject() is var schema
                ? new JsonObject { ["type"] = schema["type"]!.DeepClone(), ["exclusiveMinimum"] = schema["exclusiveMinimum"]!.DeepClone(), ["enum"] = schema["enum"]!.DeepClone() }.ToJsonString()
                : null);
        Assert.False(tool.ProtocolTool.InputSchema.GetProperty("properties").GetProperty("n").TryGetProperty("example", out _));
    }

    [Fact]
    public async Task Document_of_no_use_does_not_keep_the_tools_of_other_apis()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var other = await TestApi.StartAsync("{ no document");
        using var port = new RefusingPort();
        await using var server = McpApplication.Start(
            api.Address,
            ("Mcp:Apis:1:Name", "unreadable"), ("Mcp:Apis:1:Document", $"{other.Address}/openapi/v1.json"),
            ("Mcp:Apis:2:Name", "unreachable"), ("Mcp:Apis:2:Document", $"{port.Address}/openapi/v1.json"),
            ("Mcp:FirstLoadWait", "00:00:00.050"));

        await server.WaitForHealthAsync("Degraded");
        await using var client = await server.ConnectAsync();

        Assert.Equal(4, (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Count);
        other.Document = Documents.With("""{ "/y": { "get": { "operationId": "y" } } }""");
        using var refreshed = await server.SendAsync(HttpMethod.Post, "/catalog/refresh");
        Assert.Equal(5, (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Server_starts_without_its_api_and_has_the_tools_as_soon_as_it_is_there()
    {
        var address = $"http://127.0.0.1:{FreePort.Take()}";
        await using var server = McpApplication.Start(address, ("Mcp:FirstLoadWait", "00:00:00.050"));
        using (var health = await server.SendAsync(HttpMethod.Get, "/health"))
        using (var alive = await server.SendAsync(HttpMethod.Get, "/alive"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        }

        using (var response = await server.PostAsync(JsonContent.Create(new { jsonrpc = "2.0", id = 1, method = "tools/list" })))
        {
            Assert.Contains("orders", (await Messages.ReadAsync(response))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        }

        await using var api = await TestApi.StartAsync(Documents.Things, address);
        await server.WaitForHealthAsync("Healthy");
        await using var client = await server.ConnectAsync();
        Assert.Equal(4, (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Api_that_goes_away_is_unavailable_in_the_result_and_works_again_when_it_is_back()
    {
        var api = await TestApi.StartAsync(Documents.Things, $"http://127.0.0.1:{FreePort.Take()}");
        await using var server = McpApplication.Start(api.Address, ("Mcp:RefreshInterval", "00:00:00.050"));
        await server.WaitForHealthAsync("Healthy");
        await api.DisposeAsync();

        var result = (await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "a" }))["result"]!;
        await server.WaitForHealthAsync("Degraded");

        Assert.True((bool)result["isError"]!);
        Assert.Contains("The orders API is unavailable", result.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(new Uri(api.Address).Port.ToString(), result.ToJsonString(), StringComparison.Ordinal);

        await using var again = await TestApi.StartAsync(Documents.Things, api.Address);
        again.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        await Until.TrueAsync(
            async () => (await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "a" }))["result"]!["structuredContent"]?["id"]?.ToString() == "a",
            TimeSpan.FromSeconds(5),
            () => "It is not used again."); // the circuit stays open for half a second
        await server.WaitForHealthAsync("Healthy");
    }

    [Fact]
    public async Task Broken_new_document_keeps_the_tools_of_the_old_one()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address, ("Mcp:RefreshInterval", "00:00:00.050"));
        await server.WaitForHealthAsync("Healthy");

        api.Document = """{ "swagger": "1.2" }""";
        await server.WaitForHealthAsync("Degraded");

        await using var client = await server.ConnectAsync();
        Assert.Equal(4, (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task New_document_replaces_the_tools()
    {
        await using var api = await TestApi.StartAsync(Documents.With("{}"));
        await using var server = McpApplication.Start(api.Address, ("Mcp:RefreshInterval", "00:00:00.050"));
        await server.WaitForHealthAsync("Healthy");
        await using var client = await server.ConnectAsync();

        api.Document = Documents.Things;

        await Until.TrueAsync(
            async () => (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Count == 4,
            TimeSpan.FromSeconds(30), () => "The tools are those of the old document.");
    }

    [Theory]
    [InlineData("Mcp:Apis:0:Name", "")]
    [InlineData("Mcp:Apis:0:Document", "not an address")]
    [InlineData("Mcp:Apis:0:BaseAddress", "ftp://files")]
    [InlineData("Mcp:RefreshInterval", "00:00:00")]
    public void Wrong_setting_value_is_named(string setting, string value)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Mcp:Apis:0:Name"] = "orders",
            ["Mcp:Apis:0:Document"] = "https+http://api/openapi/v1.json",
            [setting] = value,
        };
        var options = new OpenApiToolsOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(OpenApiToolsOptions.Section).Bind(options);

        var result = new OpenApiToolsOptionsValidator().Validate(name: null, options);

        Assert.Contains(setting, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }
}
