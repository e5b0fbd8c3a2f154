using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrdersMcp.Tests.Api;

/// <summary>The document's extensions for MCP servers (docs/decisions/0006-the-document-carries-its-mcp-face.md).</summary>
[Trait("Category", "Postgres")]
public sealed partial class McpExtensionTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const int LongestInstructions = 2500;

    [Fact]
    public async Task Cancel_order_is_confirmed_with_a_preview_and_names_only_trusted_fields()
    {
        var document = await ReadAsync();
        var cancel = Extension(document, "cancel_order");
        var confirm = cancel.GetProperty("confirm");

        Assert.True(cancel.GetProperty("annotations").GetProperty("destructiveHint").GetBoolean());
        Assert.Equal("get_order", confirm.GetProperty("preview").GetString());
        Assert.Equal("orderId", confirm.GetProperty("repeat").GetString());
        Assert.Contains(Parameters(document, "cancel_order"), name => name == "orderId");
        var fields = document.GetProperty("components").GetProperty("schemas").GetProperty("OrderResponse").GetProperty("properties");
        var named = Fields(confirm.GetProperty("message").GetString()!);
        Assert.Equal(["id", "status", "total", "currency"], named);
        Assert.All(named, field => Assert.False(fields.GetProperty(field).TryGetProperty("x-untrusted", out _)));
    }

    [Theory]
    [InlineData("get_order", "orders://orders/{orderId}")]
    [InlineData("get_customer", "orders://customers/{customerId}")]
    public async Task Resource_names_the_parameters_of_its_path_and_completes_them(string operationId, string uri)
    {
        var document = await ReadAsync();
        var resource = Extension(document, operationId).GetProperty("resource");

        Assert.Equal(uri, resource.GetProperty("uri").GetString());
        var parameters = Fields(uri);
        Assert.Equal(Parameters(document, operationId), parameters);
        Assert.Equal(parameters, resource.GetProperty("complete").EnumerateObject().Select(complete => complete.Name));
        Assert.All(resource.GetProperty("complete").EnumerateObject(), complete => AssertCompletes(document, complete.Value));
    }

    [Fact]
    public async Task Export_is_a_task_whose_operations_take_its_id_and_whose_result_is_a_resource()
    {
        var document = await ReadAsync();
        var task = Extension(document, "export_orders").GetProperty("task");

        Assert.Equal("exportId", task.GetProperty("parameter").GetString());
        Assert.Equal("orders://exports/{exportId}", task.GetProperty("resource").GetString());
        Assert.Equal(
            task.GetProperty("resource").GetString(),
            Extension(document, "get_export_content").GetProperty("resource").GetProperty("uri").GetString());
        string[] operations =
            [task.GetProperty("get").GetString()!, task.GetProperty("cancel").GetString()!, "get_export_content"];
        Assert.All(operations, operation =>
        {
            Assert.True(Extension(document, operation).GetProperty("hide").GetBoolean());
            Assert.Equal(["exportId"], Parameters(document, operation));
        });
        var job = Operation(document, "export_orders").GetProperty("responses").GetProperty("202");
        Assert.Contains("ExportJob", job.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_name_a_path_and_resources_that_their_events_fill()
    {
        var document = await ReadAsync();
        var changes = document.GetProperty("x-mcp").GetProperty("changes");
        var operation = document.GetProperty("paths").GetProperty(changes.GetProperty("path").GetString()!).GetProperty("get");
        var change = document.GetProperty("components").GetProperty("schemas").GetProperty("OrderChange").GetProperty("properties");

        Assert.True(operation.GetProperty("x-mcp").GetProperty("hide").GetBoolean());
        Assert.True(operation.GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty("text/event-stream", out _));
        Assert.Equal(
            Extension(document, "get_order").GetProperty("resource").GetProperty("uri").GetString(),
            Assert.Single(changes.GetProperty("resources").EnumerateArray()).GetString());
        Assert.True(change.TryGetProperty("orderId", out _));
    }

    [Fact]
    public async Task Prompts_use_their_arguments_and_existing_tools()
    {
        var document = await ReadAsync();
        var prompts = document.GetProperty("x-mcp").GetProperty("prompts").EnumerateArray().ToList();
        var tools = Operations(document).Select(operation => operation.GetProperty("operationId").GetString()!).ToHashSet();

        Assert.Equal(
            ["order_status_reply", "weekly_sales_report", "find_late_orders", "explain_uncancellable_order"],
            prompts.Select(prompt => prompt.GetProperty("name").GetString()));
        Assert.All(prompts, prompt =>
        {
            var text = prompt.GetProperty("text").GetString()!;
            var arguments = prompt.GetProperty("arguments").EnumerateArray().ToList();
            Assert.Equal(
                arguments.Select(argument => argument.GetProperty("name").GetString()!).Order(),
                Fields(text).Distinct().Order());
            Assert.All(["title", "description"], member => Assert.NotEmpty(prompt.GetProperty(member).GetString()!));
            Assert.All(arguments, argument => Assert.NotEmpty(argument.GetProperty("description").GetString()!));
            Assert.All(
                arguments.Where(argument => argument.TryGetProperty("complete", out _)),
                argument => AssertCompletes(document, argument.GetProperty("complete")));
            var named = ToolName.Matches(text).Select(match => match.Value).ToList();
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.Contains(name, tools));
        });
        var late = prompts[2].GetProperty("arguments").EnumerateArray().First();
        Assert.Equal(["pending", "processing", "shipped"], late.GetProperty("enum").EnumerateArray().Select(value => value.GetString()!));
    }

    [Fact]
    public async Task Instructions_are_short_and_name_only_existing_tools()
    {
        var document = await ReadAsync();
        var extension = document.GetProperty("x-mcp");
        var (instructions, guide) = (extension.GetProperty("instructions").GetString()!, extension.GetProperty("guide").GetString()!);
        var tools = Operations(document).Select(operation => operation.GetProperty("operationId").GetString()!).ToHashSet();

        Assert.InRange(instructions.Length, 500, LongestInstructions);
        Assert.StartsWith("# ", guide, StringComparison.Ordinal);
        Assert.All(
            ToolName.Matches(instructions + guide).Select(match => match.Value),
            name => Assert.Contains(name, tools));
    }

    [Fact]
    public async Task Texts_contain_no_customer_data()
    {
        var extension = (await ReadAsync()).GetProperty("x-mcp").GetRawText();

        Assert.DoesNotContain("@", extension, StringComparison.Ordinal);
        Assert.DoesNotContain("Gómez", extension, StringComparison.Ordinal);
    }

    private Task<JsonElement> ReadAsync() => api.Client.GetOkAsync("/openapi/v1.json");

    private static void AssertCompletes(JsonElement document, JsonElement complete)
    {
        var operation = complete.GetProperty("operation").GetString()!;
        Assert.True(Extension(document, operation).GetProperty("hide").GetBoolean());
        Assert.Equal(["prefix"], Parameters(document, operation));
    }

    private static IEnumerable<JsonElement> Operations(JsonElement document) => document.GetProperty("paths")
        .EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value);

    private static JsonElement Operation(JsonElement document, string operationId) =>
        Operations(document).Single(operation => operation.GetProperty("operationId").GetString() == operationId);

    private static JsonElement Extension(JsonElement document, string operationId) =>
        Operation(document, operationId).GetProperty("x-mcp");

    private static string[] Parameters(JsonElement document, string operationId) =>
    [
        .. Operation(document, operationId).GetProperty("parameters").EnumerateArray()
            .Where(parameter => parameter.GetProperty("in").GetString() is "path" or "query")
            .Select(parameter => parameter.GetProperty("name").GetString()!),
    ];

    private static string[] Fields(string template) => [.. Field.Matches(template).Select(match => match.Groups["name"].Value)];

    [GeneratedRegex(@"\{(?<name>[^}]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Field { get; }

    // In these texts, words with an underscore are tool names.
    [GeneratedRegex("[a-z]+(_[a-z]+)+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ToolName { get; }
}
