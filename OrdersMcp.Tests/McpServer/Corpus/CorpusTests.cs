using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>Every document of the corpus, and a document with thousands of operations.</summary>
[Trait("Category", "Postgres")]
public sealed class CorpusTests
{
    private const int Thousands = 5000;
    private const int MegabytesLimit = 400;
    /// <summary>Three times the limit for a thousand operations, for five times as many.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static TheoryData<string> DocumentNames => [.. CorpusDocument.Names];

    [Theory]
    [MemberData(nameof(DocumentNames))]
    public void Every_operation_is_a_valid_tool_or_a_named_warning(string name)
    {
        var bench = CorpusDocument.Bench(name);

        var tools = bench.Tools.Select(tool => $"{tool.Metadata.Method} {tool.Metadata.Path}").ToArray();
        var lost = bench.Warnings.Where(warning => warning.Text.StartsWith("is not a tool", StringComparison.Ordinal))
            .Select(warning => warning.Operation).ToArray();
        var accounted = tools.Concat(lost).ToHashSet(StringComparer.Ordinal);
        var hidden = CorpusDocument.OperationsIn(CorpusDocument.Read(name)).Where(operation => !accounted.Contains(operation));
        Assert.Equal(name == "names.yaml" ? ["GET /hidden"] : [], hidden);
        Assert.Equal(tools.Length, bench.Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(bench.Names, tool => Assert.Matches("^[A-Za-z0-9_.-]{1,45}$", tool));
        Assert.All(bench.Tools, tool => ToolSchemaRules.AssertValid(tool.Definition.InputSchema));
    }

    [Fact]
    public async Task Every_schema_is_valid_by_the_meta_schema()
    {
        foreach (var name in CorpusDocument.Names)
        {
            await MetaSchema.AssertValidAsync(CorpusDocument.Bench(name).Tools);
        }
    }

    [Theory]
    [MemberData(nameof(DocumentNames))]
    public void Tools_do_not_depend_on_the_order_of_the_document(string name)
    {
        var document = CorpusDocument.Read(name);
        if (!document.StartsWith('{'))
        {
            document = System.Text.Encoding.UTF8.GetString(
                OrdersMcp.OpenApiTools.OpenApi.YamlToJson.Convert(System.Text.Encoding.UTF8.GetBytes(document)).Span);
        }

        var reversed = JsonNode.Parse(document)!.AsObject();
        var paths = reversed["paths"]!.AsObject();
        foreach (var path in paths.Reverse().ToArray())
        {
            paths.Remove(path.Key);
            paths[path.Key] = path.Value;
        }

        Assert.Equal(
            Definitions(ToolBench.Of(document)), Definitions(ToolBench.Of(reversed.ToJsonString())));
    }

    [Fact]
    public async Task Thousands_of_operations_become_tools_in_seconds()
    {
        var document = Generated();

        var bench = ToolBench.Of(document);

        Assert.Equal(Thousands, bench.Tools.Count);
        Assert.Equal(Thousands, bench.Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("it is not a resource", Assert.Single(bench.Warnings).Text, StringComparison.Ordinal);
        foreach (var tool in bench.Tools.Where((_, index) => index % 97 == 0))
        {
            ToolSchemaRules.AssertValid(tool.Definition.InputSchema);
            ToolSchemaRules.AssertValid(tool.Definition.OutputSchema!.Value);
        }

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, document, TestContext.Current.CancellationToken);
        await ToolsProgram.AssertLightAsync(file, Limit, MegabytesLimit);
        File.Delete(file);
    }

    private static string[] Definitions(ToolBench bench) =>
    [
        .. bench.Tools.OrderBy(tool => tool.Definition.Name, StringComparer.Ordinal).Select(Definition),
    ];

    private static string Definition(OperationTool tool) =>
        $"{tool.Definition.Name} {tool.Metadata.Method} {tool.Metadata.Path} {tool.Definition.InputSchema} {tool.Definition.OutputSchema}";

    /// <summary>Resources that refer to one another, with five operations each and long, similar names.</summary>
    private static string Generated()
    {
        var paths = new JsonObject();
        var schemas = new JsonObject();
        for (var i = 0; i < Thousands / 5; i++)
        {
            var path = $"/departments/{{department}}/resources_of_kind_{i}";
            schemas[$"Resource{i}"] = JsonNode.Parse(
                $$"""
                { "type": "object", "required": ["id"], "properties": {
                  "id": { "type": "integer", "readOnly": true }, "name": { "type": "string", "maxLength": {{i + 1}} },
                  "next": { "$ref": "#/components/schemas/Resource{{(i + 1) % 10}}" } } }
                """);
            paths[path] = Item(i, ("get", "list"), ("post", "create"));
            paths[$"{path}/{{id}}"] = Item(i, ("get", "get"), ("put", "replace"), ("delete", "delete"));
        }

        return Documents.With(paths.ToJsonString(), schemas.ToJsonString());
    }

    private static JsonObject Item(int i, params (string Method, string Verb)[] operations)
    {
        var item = new JsonObject();
        foreach (var (method, verb) in operations)
        {
            var isOne = verb is "get" or "replace" or "delete";
            var body = method is "post" or "put"
                ? $$""" "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Resource{{i}}" } } } }, """
                : "";
            item[method] = JsonNode.Parse(
                $$"""
                {
                  "operationId": "{{verb}}TheResourcesOfKindNumber{{i}}OfTheDepartmentWithItsDetails", {{body}}
                  "parameters": [
                    { "name": "department", "in": "path", "required": true, "schema": { "type": "string" } }
                    {{(isOne ? """, { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }""" : "")}}
                  ],
                  "responses": { "200": { "description": "Fine", "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Resource{{i}}" } } } } }
                }
                """);
        }

        return item;
    }
}
