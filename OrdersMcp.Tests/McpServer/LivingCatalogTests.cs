using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Hosting.Commands;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Several APIs, documents from files, pages, change notifications, and the command that lists tools.</summary>
[Trait("Category", "Postgres")]
public sealed class LivingCatalogTests
{
    private const string OneTool = """{ "/new": { "get": { "operationId": "new_tool" } } }""";

    [Fact]
    public async Task Tools_are_listed_in_pages_that_say_how_long_they_hold()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address, ("Mcp:ToolsPerPage", "3"));
        await using var client = await server.ConnectAsync();

        var first = await client.ListToolsAsync(new ListToolsRequestParams(), TestContext.Current.CancellationToken);
        var second = await client.ListToolsAsync(new ListToolsRequestParams { Cursor = first.NextCursor }, TestContext.Current.CancellationToken);

        Assert.Equal(["create_thing", "delete_thing", "get_thing"], first.Tools.Select(tool => tool.Name));
        Assert.Equal(["list_things"], second.Tools.Select(tool => tool.Name));
        Assert.Null(second.NextCursor);
        Assert.Equal((TimeSpan.FromSeconds(15), CacheScope.Public), (first.TimeToLive, first.CacheScope));
    }

    [Fact]
    public async Task Cursor_of_another_server_is_refused()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address);

        using var response = await server.PostAsync(
            JsonContent.Create(Messages.Request("tools/list", new JsonObject { ["cursor"] = "no cursor!" })),
            (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/list"));

        Assert.Equal(-32602, (int)(await Messages.ReadAsync(response))["error"]!["code"]!);
    }

    [Fact]
    public async Task Changed_document_file_is_reloaded_and_listeners_are_notified()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Documents.With("{}"), TestContext.Current.CancellationToken);
        await using var server = McpApplication.Start("http://127.0.0.1:9", ("Mcp:Apis:0:Document", file), ("Mcp:Apis:0:BaseAddress", "http://127.0.0.1:9"), ("Mcp:RefreshInterval", "00:00:00.050"));
        await server.WaitForHealthAsync("Healthy");
        var http = OutsideClient.Shared;
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Endpoint)
        {
            Content = JsonContent.Create(Messages.Request(
                "subscriptions/listen", new JsonObject { ["notifications"] = new JsonObject { ["toolsListChanged"] = true } })),
        };
        request.Headers.Add(Messages.VersionHeader, Messages.Version);
        request.Headers.Add("Mcp-Method", "subscriptions/listen");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var acknowledged = await NextAsync(events);

        await File.WriteAllTextAsync(file, Documents.With(OneTool), TestContext.Current.CancellationToken);
        var changed = await NextAsync(events);

        Assert.Equal("notifications/subscriptions/acknowledged", acknowledged["method"]!.ToString());
        Assert.True((bool)acknowledged["params"]!["notifications"]!["toolsListChanged"]!);
        Assert.Equal("notifications/tools/list_changed", changed["method"]!.ToString());
        Assert.Equal(7, (int)changed["params"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!);
        await using var client = await server.ConnectAsync();
        Assert.Equal("new_tool", Assert.Single(await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Name);
        File.Delete(file);
    }

    [Fact]
    public async Task Two_apis_share_the_catalog_and_the_first_keeps_a_common_name()
    {
        await using var things = await TestApi.StartAsync(Documents.Things);
        await using var others = await TestApi.StartAsync(Documents.With(OneTool[..^1] + """, "/t": { "get": { "operationId": "get_thing" } } }"""));
        await using var server = McpApplication.Start(
            things.Address, ("Mcp:Apis:1:Name", "others"), ("Mcp:Apis:1:Document", $"{others.Address}/openapi/v1.json"));
        await server.WaitForHealthAsync("Degraded");
        var catalog = (ToolCatalog)server.Services.GetService(typeof(ToolCatalog))!;

        var snapshot = await catalog.GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal("orders", snapshot.ToolsByName["get_thing"].Metadata.Api);
        Assert.Equal("others", snapshot.ToolsByName["new_tool"].Metadata.Api);
        Assert.Equal("Mcp:Apis:1:NamePrefix: the tool 'get_thing' is of the API 'orders' too. Set a prefix.", catalog.Apis["others"].Problem);
    }

    [Fact]
    public async Task Filter_that_does_not_fit_the_document_keeps_the_server_not_ready_and_names_the_setting()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address, ("Mcp:Apis:0:IncludeOperations:0", "get_thin"), ("Mcp:FirstLoadWait", "00:00:00.500"));
        await server.WaitForHealthAsync("Unhealthy");

        using var response = await server.PostAsync(
            JsonContent.Create(Messages.Request("tools/list")), (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/list"));

        Assert.Contains(
            "Mcp:Apis:0:IncludeOperations names 'get_thin', which is no operation of the document. Did you mean 'get_thing'?",
            (await Messages.ReadAsync(response))["error"]!["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Argument_that_the_document_wants_repeated_as_a_header_must_be()
    {
        await using var api = await TestApi.StartAsync(Documents.With(
            """{ "/x": { "get": { "operationId": "x", "parameters": [ { "name": "region", "in": "query", "schema": { "type": "string", "x-mcp-header": "Region" } } ] } } }"""));
        await using var server = McpApplication.Start(api.Address);
        await server.WaitForHealthAsync("Healthy");

        var answer = await server.CallAsync("x", new JsonObject { ["region"] = "north" });

        Assert.Equal(-32020, (int)answer["error"]!["code"]!);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task Documents_are_read_again_on_demand()
    {
        await using var api = await TestApi.StartAsync(Documents.With("{}"));
        await using var server = McpApplication.Start(api.Address, ("Mcp:RefreshInterval", "01:00:00"));
        await server.WaitForHealthAsync("Healthy");
        var catalog = (ToolCatalog)server.Services.GetService(typeof(ToolCatalog))!;
        var changed = new TaskCompletionSource();
        catalog.Changed += (_, _) => changed.TrySetResult();

        api.Document = Documents.With(OneTool);
        await ((CatalogRefresher)server.Services.GetService(typeof(CatalogRefresher))!).RefreshAsync();

        await changed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(0, "document: 4 tools, ", "FILE", false)]
    [InlineData(0, "\"name\": \"get_thing\"", "FILE", true)]
    [InlineData(1, "no-such-file.json", "no-such-file.json", false)]
    public async Task Command_lists_the_tools_of_a_document(int exit, string said, string document, bool isJson)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Documents.Things, TestContext.Current.CancellationToken);
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address);
        using var output = new StringWriter();

        var result = await new ToolsCommand(server.Services).RunAsync(
            document == "FILE" ? file : document, isJson, hasSchemas: false, output, output, TestContext.Current.CancellationToken);

        Assert.Equal(exit, result);
        Assert.Contains(said, output.ToString(), StringComparison.Ordinal);
        File.Delete(file);
    }

    private static async Task<JsonNode> NextAsync(StreamReader events)
    {
        while (true)
        {
            var line = await events.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.NotNull(line);
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonNode.Parse(line["data: ".Length..])!;
            }
        }
    }
}
