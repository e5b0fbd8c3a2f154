using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Tasks;
using OrdersMcp.Tests.Api;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Each tool of the orders API returns the same as a direct request.</summary>
[Trait("Category", "Postgres")]
public sealed class RoundTripTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const int CallsPerTool = 60;
    private const int JobsPerTool = 5; // the API's limit of unfinished jobs per caller
    private static readonly int[] DemoCustomers = [1234, 2345, 3456];

    [Fact]
    public async Task Calling_a_tool_is_calling_the_api()
    {
        var (set, document) = await OrdersTools.ReadAsync(api);
        var paths = JsonElement.Parse(document).GetProperty("paths");
        var random = new Random(4);
        Assert.NotEmpty(set.Tools);
        foreach (var tool in set.Tools.OrderBy(tool => tool.Definition.Annotations!.DestructiveHint)) // destructive tools last
        {
            var operation = paths.GetProperty(tool.Metadata.Path).GetProperty(tool.Metadata.Method.ToLowerInvariant());
            var succeeded = 0;
            for (var i = 0; i < (tool.Job is null ? CallsPerTool : JobsPerTool); i++)
            {
                // The direct request repeats the write with its key, so the API returns the first response.
                var arguments = Generate(tool, random);
                var key = $"{tool.Definition.Name}-{i}";
                var result = (await tool.CallAsync(new ToolCall(arguments, new IdempotencyKey(key, IsDerived: true), Caller.Server), TestContext.Current.CancellationToken)).Result;
                using var request = Request(tool, operation, arguments, key);
                using var response = await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
                var expected = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

                var actual = JsonNode.Parse(ToolBench.Text(result))!;
                if (actual["title"]?.ToString() == "Invalid arguments")
                {
                    Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode); // the server refuses nothing that the API accepts
                    continue;
                }

                (expected as JsonObject)?.Remove("traceId");
                (actual as JsonObject)?.Remove("traceId");
                Assert.True(
                    response.IsSuccessStatusCode == result.IsError is not true && JsonNode.DeepEquals(expected, actual),
                    $"{tool.Definition.Name} {JsonSerializer.Serialize(arguments)}:\n{expected}\n{actual}");
                if (response.IsSuccessStatusCode)
                {
                    Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(result.StructuredContent!.Value.GetRawText())));
                    succeeded++;
                }
            }

            Assert.True(succeeded > 0, $"{tool.Definition.Name} never succeeded");
        }
    }

    /// <summary>The request from the document, built without the code under test. All parameters are simple values.</summary>
    private static HttpRequestMessage Request(OperationTool tool, JsonElement operation, Dictionary<string, JsonElement> arguments, string key)
    {
        var path = tool.Metadata.Path;
        var query = new List<string>();
        var body = new JsonObject();
        var request = new HttpRequestMessage(HttpMethod.Parse(tool.Metadata.Method), (Uri?)null);
        foreach (var (name, value) in arguments)
        {
            var place = operation.Member("parameters").Items().FirstOrDefault(parameter => parameter.Text("name") == name).Text("in");
            var text = WebUtility.UrlEncode(value.ToString());
            switch (place)
            {
                case "path":
                    path = path.Replace($"{{{name}}}", text, StringComparison.Ordinal);
                    break;
                case "query":
                    query.Add($"{name}={text}");
                    break;
                case "header":
                    request.Headers.TryAddWithoutValidation(name, value.ToString());
                    break;
                default:
                    body[name] = JsonNode.Parse(value.GetRawText());
                    break;
            }
        }

        if (!tool.Metadata.IsSafe)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (body.Count > 0 || operation.Member("requestBody").Flag("required") is true)
        {
            request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        }

        request.RequestUri = new Uri(query.Count == 0 ? path : $"{path}?{string.Join('&', query)}", UriKind.Relative);
        return request;
    }

    /// <summary>Arguments that the schema allows: all required ones and some others.</summary>
    private static Dictionary<string, JsonElement> Generate(OperationTool tool, Random random)
    {
        var schema = tool.Definition.InputSchema;
        var required = schema.Member("required").Texts().ToHashSet(StringComparer.Ordinal);
        var arguments = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            if (property.Name is not ("idempotencyKey" or "ifMatch") && property.Name != tool.Confirmation?.Argument?.Name
                && (required.Contains(property.Name) || random.Next(4) == 0) && Value(schema, property.Value, random) is { } value)
            {
                arguments[property.Name] = property.Name == "customerId" && random.Next(4) > 0
                    ? JsonSerializer.SerializeToElement(DemoCustomers[random.Next(DemoCustomers.Length)])
                    : JsonSerializer.SerializeToElement(value);
            }
        }

        return arguments;
    }

    private static JsonNode? Value(JsonElement root, JsonElement schema, Random random)
    {
        if (schema.Text("$ref") is { } reference)
        {
            return Value(root, root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]), random);
        }

        var choices = schema.Member("enum").Items().Concat(schema.Member("examples").Items()).ToArray();
        if (schema.Text("type") == "integer" && (choices.Length == 0 || random.Next(4) != 0))
        {
            var smallest = schema.Member("minimum").ValueKind == JsonValueKind.Number ? schema.GetProperty("minimum").GetInt32() : 0;
            return random.Next(smallest, smallest + 60);
        }

        if (choices.Length > 0)
        {
            return JsonNode.Parse(choices[random.Next(choices.Length)].GetRawText());
        }

        return schema.Text("type") switch
        {
            "object" => new JsonObject(schema.Member("properties").Members().Select(property =>
                KeyValuePair.Create(property.Name, Value(root, property.Value, random)))),
            "array" => new JsonArray(Value(root, schema.GetProperty("items"), random)),
            "string" => "text",
            "number" => random.Next(1, 2000),
            _ => null,
        };
    }
}
