using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.Tests.EndToEnd;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.InProcess;

/// <summary>The API's own tools in its process are those of the MCP server, and answer the same bytes.</summary>
[Trait("Category", "Postgres")]
public sealed class MountedToolsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly JsonObject NewOrder = CallMix.Order(1);

    private ApiProcess _api = null!;
    private McpApplication _server = null!;

    private Uri Mounted => new(new Uri(_api.Address), "/mcp");

    public async ValueTask InitializeAsync()
    {
        _api = await ApiProcess.StartAsync(
            await postgres.CreateDatabaseAsync(), ("Authentication:AllowAnonymous", "true"), ("Seed:Demo", "true"), ("Mcp:Mounted", "true"));
        await Until.HealthyAsync(new Uri(new Uri(_api.Address), "/health"));
        _server = McpApplication.Start(_api.Address);
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Lists_are_the_same()
    {
        foreach (var method in new[] { "tools/list", "resources/list", "resources/templates/list", "prompts/list" })
        {
            var (server, mounted) = (await PostAsync(_server.Endpoint, method, []), await PostAsync(Mounted, method, []));
            // In the API a list depends on what its endpoints would accept; the server knows that it does not for these callers.
            Assert.Equal(server, mounted.Replace("\"cacheScope\":\"private\"", "\"cacheScope\":\"public\"", StringComparison.Ordinal));
        }

        Assert.Equal(15, JsonNode.Parse(await PostAsync(Mounted, "tools/list", []))!["result"]!["tools"]!.AsArray().Count);
    }

    [Fact]
    public async Task Answers_are_the_same_bytes()
    {
        var order = (await CallAsync(_server.Endpoint, "create_order", NewOrder))["result"]!["structuredContent"]!["id"]!;
        (string Tool, JsonObject Arguments)[] calls =
        [
            ("get_order", new() { ["orderId"] = order.DeepClone() }),
            ("get_order_history", new() { ["orderId"] = order.DeepClone() }),
            ("list_orders", new() { ["limit"] = 3 }),
            ("list_orders", new() { ["limit"] = 200, ["status"] = "shipped" }),
            ("list_orders", new() { ["cursor"] = "made up" }),
            ("list_orders", new() { ["limit"] = "many" }),
            ("search_customers", new() { ["q"] = "a" }),
            ("get_order_statistics", []),
            ("get_customer", new() { ["customerId"] = "1234" }),
            ("search_products", new() { ["q"] = "laptop" }),
            ("get_product", new() { ["sku"] = "LAP-14" }),
            ("get_product", new() { ["sku"] = "a/b?c#d%2F" }),
            ("get_order", new() { ["orderId"] = 999_999 }),
            ("ship_order", new() { ["orderId"] = order.DeepClone(), ["carrier"] = "UPS", ["trackingNumber"] = "1Z999" }),
            ("create_order", new() { ["customerId"] = 1234, ["lines"] = new JsonArray() }),
            ("cancel_order", new() { ["orderId"] = order.DeepClone(), ["reason"] = "Ordered twice." }),
            ("no_such_tool", []),
        ];
        foreach (var (tool, arguments) in calls)
        {
            Assert.Equal(Comparable(await CallAsync(_server.Endpoint, tool, arguments)), Comparable(await CallAsync(Mounted, tool, arguments)));
        }
    }

    [Theory]
    [InlineData("add_order_note", "note", "Ring twice.")]
    [InlineData("start_processing_order", null, null)]
    public async Task Write_through_one_is_repeated_by_the_other(string tool, string? argument, string? value)
    {
        var order = (await CallAsync(Mounted, "create_order", NewOrder))["result"]!["structuredContent"]!["id"]!;
        var arguments = new JsonObject { ["orderId"] = order.DeepClone(), ["idempotencyKey"] = Guid.NewGuid().ToString() };
        if (argument is not null)
        {
            arguments[argument] = value;
        }

        var first = await CallAsync(Mounted, tool, arguments);
        var second = await CallAsync(_server.Endpoint, tool, arguments);
        var third = await CallAsync(Mounted, tool, arguments);

        Assert.Null(first["result"]!["isError"]);
        Assert.Equal(second.ToJsonString(), third.ToJsonString());
        Assert.Equal(first["result"]!["structuredContent"]!.ToJsonString(), third["result"]!["structuredContent"]!.ToJsonString());
    }

    [Fact]
    public async Task Caller_without_a_credential_is_refused_where_one_is_needed()
    {
        await using var api = await ApiProcess.StartAsync(
            await postgres.CreateDatabaseAsync(), [.. TestCaller.Settings.Where(setting => setting.Item1 != "Authentication:AllowAnonymous"), ("Mcp:Mounted", "true")]);

        using var response = await OutsideClient.Shared.PostAsJsonAsync(
            new Uri(new Uri(api.Address), "/mcp"), Messages.Request("tools/list"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Key_of_a_caller_decides_what_it_sees_and_may_do()
    {
        var (reader, customer) = (ApiKey.Create(), ApiKey.Create());
        await using var api = await ApiProcess.StartAsync(
            await postgres.CreateDatabaseAsync(),
            ("Seed:Demo", "true"), ("Mcp:Mounted", "true"),
            ("Authentication:ApiKeys:0:Name", "reader"), ("Authentication:ApiKeys:0:Hash", KeyHash.Of(reader.Id, reader.Secret).Text),
            ("Authentication:ApiKeys:0:Scopes:0", "orders.read"),
            ("Authentication:ApiKeys:1:Name", "alice"), ("Authentication:ApiKeys:1:Hash", KeyHash.Of(customer.Id, customer.Secret).Text),
            ("Authentication:ApiKeys:1:Scopes:0", "orders.write"), ("Authentication:ApiKeys:1:CustomerId", "1234"));
        var endpoint = new Uri(new Uri(api.Address), "/mcp");
        await Until.HealthyAsync(new Uri(endpoint, "/health"));

        var tools = await PostAsync(endpoint, "tools/list", [], reader.Text);
        var order = await Messages.CallAsync(endpoint, "get_order", new JsonObject { ["orderId"] = 1 }, [("X-API-Key", reader.Text)]);
        var refused = await Messages.CallAsync(endpoint, "create_order", NewOrder, [("X-API-Key", reader.Text)]);
        var own = await Messages.CallAsync(endpoint, "list_orders", new JsonObject { ["limit"] = 200 }, [("X-API-Key", customer.Text)]);

        Assert.Contains("get_order", tools, StringComparison.Ordinal);
        Assert.DoesNotContain("\"create_order\"", tools, StringComparison.Ordinal);
        Assert.Null(order["result"]!["isError"]);
        Assert.True((bool)refused["result"]!["isError"]!, refused.ToJsonString());
        Assert.Contains("orders.write", refused.ToJsonString(), StringComparison.Ordinal);
        var customers = own["result"]!["structuredContent"]!["items"]!.AsArray().Select(each => (long)each!["customer"]!["id"]!).Distinct();
        Assert.Equal(1234, Assert.Single(customers));
    }

    /// <summary>An answer without what differs between two calls of one tool: the trace, and the sealed state of a question.</summary>
    private static string Comparable(JsonObject answer)
    {
        Remove(answer);
        return answer.ToJsonString();

        static void Remove(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject members:
                    members.Remove("traceId");
                    members.Remove("requestState");
                    foreach (var (name, value) in members.ToArray())
                    {
                        if (name == "text" && value is JsonValue text && text.TryGetValue(out string? json) && json.StartsWith('{'))
                        {
                            var inner = JsonNode.Parse(json)!;
                            Remove(inner);
                            members[name] = inner.ToJsonString();
                        }
                        else
                        {
                            Remove(value);
                        }
                    }

                    break;
                case JsonArray items:
                    foreach (var item in items)
                    {
                        Remove(item);
                    }

                    break;
            }
        }
    }

    private static Task<JsonObject> CallAsync(Uri endpoint, string tool, JsonObject arguments) => Messages.CallAsync(endpoint, tool, arguments);

    private static async Task<string> PostAsync(Uri endpoint, string method, JsonObject parameters, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = JsonContent.Create(Messages.Request(method, parameters)) };
        request.Headers.Add(Messages.VersionHeader, Messages.Version);
        request.Headers.Add("Mcp-Method", method);
        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        using var response = await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
        return (await Messages.ReadAsync(response)).ToJsonString();
    }
}
