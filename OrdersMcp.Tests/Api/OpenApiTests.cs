using System.Net;
using System.Text.Json;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class OpenApiTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/openapi/v1.json";

    [Fact]
    public async Task Document_has_the_operations_and_nothing_else()
    {
        var document = await api.Client.GetOkAsync(Path);

        Assert.StartsWith("3.1.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal("Orders API", document.GetProperty("info").GetProperty("title").GetString());
        Assert.Equal(
            [
                "add_order_note", "cancel_export", "cancel_order", "complete_customer_ids", "complete_customers",
                "complete_order_ids", "create_order", "deliver_order", "export_orders", "follow_order_changes",
                "get_customer", "get_export", "get_export_content", "get_order", "get_order_history",
                "get_order_statistics", "get_product", "list_orders", "list_tool_calls", "record_tool_calls",
                "search_customers", "search_products", "service_information", "ship_order", "start_processing_order",
            ],
            Operations(document).Select(operation => operation.GetProperty("operationId").GetString()).Order());
    }

    [Fact]
    public async Task Document_describes_every_operation_parameter_and_property()
    {
        var document = await api.Client.GetOkAsync(Path);

        Assert.All(Operations(document), operation =>
        {
            AssertText(operation, "summary");
            AssertText(operation, "description");
            Assert.Contains(
                Assert.Single(operation.GetProperty("tags").EnumerateArray()).GetString(),
                new[] { "orders", "customers", "products", "completion", "admin" });
            if (operation.TryGetProperty("parameters", out var parameters))
            {
                Assert.All(parameters.EnumerateArray(), parameter => AssertText(parameter, "description"));
            }
        });
        var objects = Schemas(document).Where(schema => schema.Value.TryGetProperty("properties", out _));
        Assert.All(objects, schema => Assert.All(
            schema.Value.GetProperty("properties").EnumerateObject(),
            property => AssertText(NotNull(property.Value), "description")));
    }

    [Fact]
    public async Task Document_declares_every_error_as_problem_details()
    {
        var document = await api.Client.GetOkAsync(Path);

        var (list, get) = (Operation(document, "list_orders"), Operation(document, "get_order"));
        Assert.Equal(["200", "400", "500", "503"], Names(list.GetProperty("responses")).Order());
        Assert.Equal(["200", "400", "404", "500", "503"], Names(get.GetProperty("responses")).Order());
        Assert.All([list, get], operation => Assert.All(
            operation.GetProperty("responses").EnumerateObject().Where(response => response.Name != "200"),
            response => Assert.Equal(["application/problem+json"], Names(response.Value.GetProperty("content")))));
    }

    [Fact]
    public async Task Document_tells_an_MCP_server_what_an_operation_needs()
    {
        var document = await api.Client.GetOkAsync(Path);

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var (method, operation) in path.Value.EnumerateObject().Select(member => (member.Name, member.Value)))
            {
                var scope = Assert.Single(operation.GetProperty("x-mcp").GetProperty("scopes").EnumerateArray()).GetString();
                Assert.Equal(
                    path.Name.StartsWith("/admin", StringComparison.Ordinal) ? "orders.admin"
                    : method == "get" || path.Name.StartsWith("/exports", StringComparison.Ordinal) ? "orders.read"
                    : "orders.write",
                    scope);
                var headers = (operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToList() : [])
                    .Where(parameter => parameter.GetProperty("in").GetString() == "header")
                    .Select(parameter => parameter.GetProperty("name").GetString());
                string[] expected = (method, path.Name) switch
                {
                    (_, "/order-changes") => ["Last-Event-ID"],
                    ("get", _) => [],
                    (_, "/admin/tool-calls") => [],
                    (_, "/orders" or "/exports" or "/exports/{exportId}/cancellation") => ["Idempotency-Key"],
                    _ => ["Idempotency-Key", "If-Match"],
                };
                Assert.Equal(expected, headers);
            }
        }
    }

    [Fact]
    public async Task Document_marks_text_from_people_as_untrusted()
    {
        var document = await api.Client.GetOkAsync(Path);

        var untrusted = Schemas(document)
            .Where(schema => schema.Value.TryGetProperty("properties", out _))
            .SelectMany(schema => schema.Value.GetProperty("properties").EnumerateObject()
                .Where(property => property.Value.TryGetProperty("x-untrusted", out var mark) && mark.GetBoolean())
                .Select(property => $"{schema.Name}.{property.Name}"));

        Assert.Equal(
            [
                "AddOrderNoteRequest.note", "CancelOrderRequest.reason", "CompletionResponse.values", "CreateOrderRequest.note",
                "CustomerResponse.email", "CustomerResponse.name", "ExportedOrder.customerName", "ExportedOrder.note", "OrderCustomer.name", "OrderEventResponse.client",
                "OrderEventResponse.reason", "OrderResponse.note", "OrderStatisticsGroup.name", "ToolCallRecord.argumentSummary",
                "ToolCallRecord.client",
            ],
            untrusted.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Document_has_the_limits_of_the_parameters()
    {
        var document = await api.Client.GetOkAsync(Path);

        var orderId = Parameter(document, "get_order", "orderId");
        Assert.True(orderId.GetProperty("required").GetBoolean());
        Assert.Equal("integer", orderId.GetProperty("schema").GetProperty("type").GetString());
        Assert.Equal("int64", orderId.GetProperty("schema").GetProperty("format").GetString());
        Assert.Equal(1, orderId.GetProperty("schema").GetProperty("minimum").GetInt64());

        var limit = Parameter(document, "list_orders", "limit").GetProperty("schema");
        Assert.Equal("integer", limit.GetProperty("type").GetString());
        Assert.Equal((1, 200, 20), (
            limit.GetProperty("minimum").GetInt32(),
            limit.GetProperty("maximum").GetInt32(),
            limit.GetProperty("default").GetInt32()));

        var filter = Parameter(document, "list_orders", "status").GetProperty("schema");
        var status = Schemas(document).Single(schema => schema.Name == "OrderStatus").Value;
        Assert.All([filter, status], schema =>
        {
            Assert.Equal("string", schema.GetProperty("type").GetString());
            Assert.Equal(
                ["pending", "processing", "shipped", "delivered", "cancelled"],
                schema.GetProperty("enum").EnumerateArray().Select(value => value.GetString()));
        });
    }

    [Theory]
    [InlineData("get_order", "/orders/1", "200")]
    [InlineData("get_order", "/orders/2", "200")]
    [InlineData("get_order", "/orders/99", "404")]
    [InlineData("get_order", "/orders/abc", "400")]
    [InlineData("get_order_history", "/orders/1/history", "200")]
    [InlineData("get_customer", "/customers/1234", "200")]
    [InlineData("search_customers", "/customers?q=alice", "200")]
    [InlineData("get_product", "/products/LAP-14", "200")]
    [InlineData("get_product", "/products/NONE", "404")]
    [InlineData("search_products", "/products?limit=2", "200")]
    [InlineData("get_order_statistics", "/statistics/orders?groupBy=product", "200")]
    [InlineData("get_order_statistics", "/statistics/orders", "200")]
    [InlineData("complete_order_ids", "/completion/order-ids?prefix=1", "200")]
    [InlineData("complete_customers", "/completion/customers?prefix=ali", "200")]
    [InlineData("list_tool_calls", "/admin/tool-calls", "200")]
    [InlineData("get_export", "/exports/00000000000000000000000000000000", "404")]
    [InlineData("get_export_content", "/exports/x/content", "400")]
    [InlineData("service_information", "/admin/service", "200")]
    [InlineData("list_orders", "/orders?limit=3", "200")]
    [InlineData("list_orders", "/orders?customerId=999999", "200")]
    [InlineData("list_orders", "/orders?status=x&cursor=y", "400")]
    public async Task Responses_match_the_document(string operationId, string path, string status)
    {
        var document = await api.Client.GetOkAsync(Path);
        var answer = await api.Client.AskAsync(path);

        Assert.Equal(status, ((int)answer.Status).ToString());
        var response = Operation(document, operationId).GetProperty("responses").GetProperty(status);
        var content = response.GetProperty("content").GetProperty(answer.ContentType!);
        AssertMatches(document, content.GetProperty("schema"), answer.Body, path);
    }

    [Fact]
    public async Task Document_is_not_sent_again_when_the_client_has_it()
    {
        var path = new Uri(Path, UriKind.Relative);
        using var first = await api.Client.GetAsync(path, TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await api.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    /// <summary>
    /// Validates the JSON Schema keywords that the document uses, and rejects properties that the schema does not have or
    /// does not require.
    /// </summary>
    private static void AssertMatches(JsonElement document, JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Null)
        {
            schema = NotNull(schema);
        }
        else if (schema.TryGetProperty("oneOf", out _))
        {
            return;
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!.Split('/')[^1];
            schema = Schemas(document).Single(candidate => candidate.Name == name).Value;
        }

        var type = value.ValueKind switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Null => "null",
            JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
            _ => "boolean",
        };
        var allowed = schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } several
            ? several.EnumerateArray().Select(one => one.GetString()).ToList()
            : [schema.GetProperty("type").GetString()];
        Assert.True(allowed.Contains(type) || (type == "integer" && allowed.Contains("number")), $"{path} is {type}");
        if (schema.TryGetProperty("enum", out var values))
        {
            Assert.Contains(value.GetString(), values.EnumerateArray().Select(one => one.GetString()));
        }

        if (type == "array")
        {
            Assert.All(value.EnumerateArray(), item =>
                AssertMatches(document, schema.GetProperty("items"), item, $"{path}[]"));
        }
        else if (type == "object" && schema.TryGetProperty("properties", out var properties))
        {
            Assert.Equal(
                schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).Order(),
                Names(value).Order());
            Assert.All(value.EnumerateObject(), member =>
                AssertMatches(document, properties.GetProperty(member.Name), member.Value, $"{path}.{member.Name}"));
        }
    }

    /// <summary>The schema, or its alternative that is not null.</summary>
    private static JsonElement NotNull(JsonElement schema) => schema.TryGetProperty("oneOf", out var choices)
        ? choices.EnumerateArray().Single(choice => choice.TryGetProperty("$ref", out _))
        : schema;

    private static void AssertText(JsonElement element, string property) =>
        Assert.False(string.IsNullOrWhiteSpace(element.GetProperty(property).GetString()));

    private static IEnumerable<string> Names(JsonElement element) =>
        element.EnumerateObject().Select(member => member.Name);

    private static IEnumerable<JsonElement> Operations(JsonElement document) => document.GetProperty("paths")
        .EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value);

    private static JsonElement Operation(JsonElement document, string operationId) =>
        Operations(document).Single(operation => operation.GetProperty("operationId").GetString() == operationId);

    private static JsonElement Parameter(JsonElement document, string operationId, string name) =>
        Operation(document, operationId).GetProperty("parameters").EnumerateArray()
            .Single(parameter => parameter.GetProperty("name").GetString() == name);

    private static JsonElement.ObjectEnumerator Schemas(JsonElement document) =>
        document.GetProperty("components").GetProperty("schemas").EnumerateObject();
}
