using System.Text.Json;
using OrdersMcp.Tests.McpServer.Corpus;

namespace OrdersMcp.Tests.McpServer;

/// <summary>
/// Names of arguments, and the rules that the APIs of models publish for tools: Claude (tool names and property keys), OpenAI
/// (function names) and Gemini (function declarations and their parameters).
/// </summary>
[Trait("Category", "Unit")]
public sealed class ArgumentNameTests
{
    public static TheoryData<string> DocumentNames => [.. CorpusDocument.Names];

    [Theory]
    [InlineData("If-Match", "header", "ifMatch")]
    [InlineData("X-Request-ID", "header", "xRequestID")]
    [InlineData("x-trace", "header", "xTrace")]
    [InlineData("api-version", "query", "apiVersion")]
    [InlineData("$filter", "query", "filter")]
    [InlineData("page[size]", "query", "page_size")]
    [InlineData("x.y", "query", "x_y")]
    [InlineData("2fa", "query", "_2fa")]
    [InlineData("日付", "query", "value")]
    [InlineData("customer_id", "query", "customer_id")]
    public async Task Name_is_one_that_all_model_apis_take_and_the_parameter_s_own_is_taken_too(string parameter, string place, string argument)
    {
        var bench = ToolBench.OfOperation(
            $$"""{ "operationId": "x", "parameters": [ { "name": "{{parameter}}", "in": "{{place}}", "description": "D.", "schema": { "type": "string" } } ] }""");

        await ToolBench.CallAsync(bench.Tool, $$"""{ "{{argument}}": "v" }""");
        await ToolBench.CallAsync(bench.Tool, $$"""{ "{{parameter}}": "v" }""");

        Assert.Equal(argument == parameter ? "D." : $"D. ({parameter})", bench.Property(argument).GetProperty("description").GetString());
        Assert.Equal(2, bench.Requests.Count);
        Assert.Equal(
            bench.Requests[0] is var first && place == "header" ? first.Headers[parameter] : first.Target,
            bench.Requests[1] is var second && place == "header" ? second.Headers[parameter] : second.Target);
    }

    [Fact]
    public void Long_names_that_meet_stay_within_the_limit()
    {
        var name = new string('a', 80);
        var bench = ToolBench.OfOperation(
            $$"""{ "operationId": "x", "parameters": [ { "name": "{{name}}b", "in": "query", "schema": {} }, { "name": "{{name}}c", "in": "query", "schema": {} } ] }""");

        Assert.All(Arguments(bench.Tool.Definition.InputSchema), argument => Assert.InRange(argument.Length, 1, 64));
        Assert.Equal(2, Arguments(bench.Tool.Definition.InputSchema).Distinct().Count());
    }

    [Fact]
    public void What_a_call_needs_comes_first() => Assert.Equal(
        ["id", "b", "a", "c"],
        Arguments(ToolBench.OfOperation(
            """
            { "operationId": "x", "parameters": [
              { "name": "a", "in": "query", "schema": {} }, { "name": "b", "in": "query", "required": true, "schema": {} }, { "name": "c", "in": "query", "schema": {} } ] }
            """,
            "/x/{id}").Tool.Definition.InputSchema));

    [Theory]
    [MemberData(nameof(DocumentNames))]
    public void Every_tool_keeps_the_published_rules(string document)
    {
        foreach (var tool in CorpusDocument.Bench(document).Tools.Select(tool => tool.Definition))
        {
            Assert.Matches("^[a-zA-Z0-9_.-]{1,64}$", tool.Name);
            Assert.All(Arguments(tool.InputSchema), argument => Assert.Matches("^[a-zA-Z_][a-zA-Z0-9_]{0,63}$", argument));
            Assert.Equal("object", tool.InputSchema.GetProperty("type").GetString());
            AssertNone(tool.InputSchema, "oneOf", "anyOf", "allOf", "not", "enum"); // at the root none of the three takes them
            AssertEnumerations(tool.InputSchema);
        }
    }

    private static void AssertNone(JsonElement schema, params string[] keywords) =>
        Assert.All(keywords, keyword => Assert.False(schema.TryGetProperty(keyword, out _), keyword));

    /// <summary>Lists of values are not empty, and those of texts have texts alone.</summary>
    private static void AssertEnumerations(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            Assert.All(schema.EnumerateArray(), AssertEnumerations);
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array)
        {
            Assert.NotEmpty(values.EnumerateArray());
            if (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "string")
            {
                Assert.All(values.EnumerateArray(), value => Assert.Equal(JsonValueKind.String, value.ValueKind));
            }
        }

        foreach (var member in schema.EnumerateObject())
        {
            AssertEnumerations(member.Value);
        }
    }

    private static IEnumerable<string> Arguments(JsonElement schema) => schema.GetProperty("properties").EnumerateObject().Select(property => property.Name);
}
