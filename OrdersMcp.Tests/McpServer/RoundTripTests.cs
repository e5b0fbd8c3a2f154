using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Tools;
using OrdersMcp.Tests.Api;

namespace OrdersMcp.Tests.McpServer;

/// <summary>For the operations of the orders API: a tool gives what the same direct request gives.</summary>
public sealed class RoundTripTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const int CallsPerTool = 40;

    [Fact]
    public async Task Reading_through_a_tool_is_reading_from_the_api()
    {
        var (set, _) = await OrdersTools.ReadAsync(api);
        var random = new Random(4);
        var readings = set.Tools.Where(tool => tool.Metadata.IsSafe).ToArray();
        Assert.NotEmpty(readings);
        foreach (var tool in readings)
        {
            var succeeded = 0;
            for (var i = 0; i < CallsPerTool; i++)
            {
                var arguments = Generate(tool, random);
                using var response = await api.Client.GetAsync(Address(tool, arguments), TestContext.Current.CancellationToken);
                var expected = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

                var result = await tool.CallAsync(new ToolCall(arguments, _ => "key"), TestContext.Current.CancellationToken);

                Assert.Equal(response.IsSuccessStatusCode, result.IsError is not true);
                var actual = JsonNode.Parse(ToolBench.Text(result))!;
                (expected as JsonObject)?.Remove("traceId");
                (actual as JsonObject)?.Remove("traceId");
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{tool.Definition.Name} {JsonSerializer.Serialize(arguments)}:\n{expected}\n{actual}");
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(result.StructuredContent!.Value.GetRawText())));
                    succeeded++;
                }
            }

            Assert.True(succeeded > 0, $"{tool.Definition.Name} never succeeded");
        }
    }

    /// <summary>The request as the document has it, written without the code under test; all parameters are simple values.</summary>
    private static string Address(OperationTool tool, Dictionary<string, JsonElement> arguments)
    {
        var path = tool.Metadata.Path;
        var query = new List<string>();
        foreach (var (name, value) in arguments)
        {
            var text = WebUtility.UrlEncode(value.ToString());
            if (path.Contains($"{{{name}}}", StringComparison.Ordinal))
            {
                path = path.Replace($"{{{name}}}", text, StringComparison.Ordinal);
            }
            else
            {
                query.Add($"{name}={text}");
            }
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    /// <summary>Arguments that the schema allows: all that are required and some of the others.</summary>
    private static Dictionary<string, JsonElement> Generate(OperationTool tool, Random random)
    {
        var schema = tool.Definition.InputSchema;
        var required = schema.Member("required").Texts().ToHashSet(StringComparer.Ordinal);
        var arguments = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            if ((required.Contains(property.Name) || random.Next(3) == 0) && Value(property.Value, random) is { } value)
            {
                arguments[property.Name] = value;
            }
        }

        return arguments;
    }

    private static JsonElement? Value(JsonElement schema, Random random)
    {
        if (schema.Member("enum").Items().ToArray() is { Length: > 0 } values)
        {
            return values[random.Next(values.Length)];
        }

        var example = schema.Member("examples").Items().FirstOrDefault();
        if (example.ValueKind != JsonValueKind.Undefined && random.Next(2) == 0)
        {
            return example;
        }

        return schema.Member("type").ValueKind == JsonValueKind.String && schema.Text("type") == "integer"
            ? JsonElement.Parse($"{random.Next(1, 40)}")
            : example.ValueKind == JsonValueKind.Undefined ? null : example;
    }
}
