using System.Text.Json;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Documents of several files.</summary>
[Trait("Category", "Unit")]
public sealed class DocumentFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DocumentFilesTests() => Directory.CreateDirectory(Path.Combine(_folder.Path, "api"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_beside_the_document_become_part_of_it()
    {
        Write("api.yaml", """
            openapi: 3.1.0
            paths:
              /a: { $ref: 'paths/all.yaml#/a' }
              /b: { get: { $ref: paths/get.yml } }
            """);
        Write("paths/all.yaml", """
            a:
              parameters: [ { $ref: '#/P' } ]
              post: { operationId: a, requestBody: { content: { application/json: { schema: { $ref: '../pet.json' } } } } }
            P: { name: q, in: query, schema: { type: integer } }
            """);
        Write("paths/get.yml", "operationId: b\ndescription: B");
        Write("pet.json", """{ "type": "object", "properties": { "id": { "type": "integer" }, "parent": { "$ref": "pet.json" } } }""");

        var bench = ToolBench.Of((await ReadAsync()).Root.GetRawText());

        Assert.Equal(["a", "b"], bench.Names);
        Assert.Equal(
            """{"type":"object","properties":{"q":{"type":"integer"},"id":{"type":"integer"},"parent":{"$ref":"#/$defs/pet"}},"additionalProperties":false,"$defs":{"pet":{"type":"object","properties":{"id":{"type":"integer"},"parent":{"$ref":"#/$defs/pet"}}}}}""",
            bench.Tools.Single(tool => tool.Definition.Name == "a").Definition.InputSchema.GetRawText());
    }

    [Theory]
    [InlineData("none.yaml", "there is no such file")]
    [InlineData("../outside.yaml", "outside of the document's folder")]
    [InlineData("/etc/passwd", "outside of the document's folder")]
    [InlineData("link.yaml", "a link out of the document's folder")]
    [InlineData("http://169.254.169.254/latest", "a file refers to files only")]
    [InlineData("text.md", "neither an object nor a list")]
    [InlineData("wrong.json", "not valid JSON")]
    public async Task File_that_cannot_be_read_costs_its_operation_with_the_true_reason(string file, string reason)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "outside.yaml"), "type: string", TestContext.Current.CancellationToken);
        Write("api.yaml", $"{{ openapi: 3.1.0, paths: {{ /x: {{ get: {{ operationId: x, parameters: [ {{ $ref: '{file}' }} ] }} }}, /y: {{ get: {{ operationId: y }} }} }} }}");
        Write("text.md", "Some text");
        Write("wrong.json", "{ \"a\": [1, }");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "api", "link.yaml"), Path.Combine(_folder.Path, "outside.yaml"));
        var lost = new List<string>();

        var operations = (await ReadAsync()).ReadOperations((operation, exception) => lost.Add($"{operation}: {exception.Message}")).ToArray();

        Assert.Equal("y", Assert.Single(operations).Id);
        Assert.Contains(reason, Assert.Single(lost), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_is_read_again_when_one_of_its_files_changes()
    {
        Write("api.yaml", "{ openapi: 3.1.0, paths: { /x: { $ref: x.yaml } } }");
        Write("x.yaml", "get: { operationId: before }");
        using var client = new HttpClient();
        var source = new DocumentSource(Options, client);
        (await source.ReadAsync(TestContext.Current.CancellationToken))!.Value.Accept();
        Assert.Null(await source.ReadAsync(TestContext.Current.CancellationToken));

        Write("x.yaml", "get: { operationId: after }");
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, "api", "x.yaml"), DateTime.UtcNow.AddMinutes(1));

        var read = await source.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("after", Assert.Single(read!.Value.Document.ReadOperations((_, exception) => throw exception)).Id);
    }

    [Fact]
    public async Task Variables_of_servers_are_settings()
    {
        Write("api.yaml", """
            openapi: 3.1.0
            servers: [ { url: 'https://{region}.api.test/{version}', variables: { region: { default: us }, version: { default: v1 } } } ]
            paths: { /x: { get: { operationId: x, servers: [ { url: 'https://{tenant}.test' } ] } } }
            """);
        var lost = new List<string>();

        var document = await ReadAsync(api => api.ServerVariables["region"] = "eu");

        Assert.Equal("https://eu.api.test/v1", document.ServerUrl);
        Assert.Empty(document.ReadOperations((_, exception) => lost.Add(exception.Message)));
        Assert.Contains("Set ServerVariables:tenant", Assert.Single(lost), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operation_may_repeat_a_server_of_the_document_without_its_variables()
    {
        Write("api.yaml", """
            openapi: 3.0.3
            servers: [ { url: 'https://{region}.api.test', variables: { region: { default: us } } } ]
            paths: { /x: { get: { operationId: x, servers: [ { url: 'https://{region}.api.test' } ] } } }
            """);

        var operation = Assert.Single((await ReadAsync()).ReadOperations((_, exception) => throw exception));

        Assert.Equal("https://us.api.test", operation.ServerUrl);
    }

    [Fact]
    public async Task All_paths_and_all_components_of_a_kind_may_be_in_a_file()
    {
        Write("api.yaml", """
            openapi: 3.0.3
            paths: { $ref: paths/all.yaml }
            components: { parameters: { $ref: parameters.yaml }, schemas: { $ref: lost.yaml } }
            """);
        Write("paths/all.yaml", "{ /x: { $ref: ./x.yaml } }");
        Write("paths/x.yaml", "get: { operationId: x, parameters: [ { $ref: '../api.yaml#/components/parameters/Limit' } ] }");
        Write("parameters.yaml", "Limit: { name: limit, in: query, schema: { type: integer } }");

        var document = await ReadAsync();

        Assert.Equal("limit", Assert.Single(Assert.Single(document.ReadOperations((_, exception) => throw exception)).Parameters).Name);
        Assert.Contains("'components/schemas' is left out: The reference 'lost.yaml' leaves the document: ", Assert.Single(document.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Swagger_2_may_have_its_parts_in_files()
    {
        Write("api.yaml", """
            swagger: '2.0'
            info: { title: t, version: '1' }
            consumes: [ application/json ]
            produces: [ application/json ]
            paths:
              /whole: { $ref: more/whole.yaml }
              /lost: { $ref: more/lost.yaml }
              /parts:
                post:
                  operationId: parts
                  parameters: [ { $ref: 'more/common.yaml#/parameters/Version' }, { $ref: 'more/common.yaml#/parameters/Thing' } ]
                  responses: { '200': { $ref: 'more/common.yaml#/responses/Thing' } }
            """);
        Write("more/whole.yaml", "get: { operationId: whole, parameters: [ { $ref: 'common.yaml#/parameters/Version' } ], responses: { '204': { description: done } } }");
        Write("more/common.yaml", """
            parameters:
              Version: { name: version, in: query, required: true, type: string }
              Thing: { name: thing, in: body, schema: { $ref: '#/definitions/Thing' } }
            responses: { Thing: { description: a thing, schema: { $ref: '#/definitions/Thing' } } }
            definitions: { Thing: { type: object, properties: { name: { type: string }, parts: { type: array, items: { $ref: '#/definitions/Thing' } } } } }
            """);

        var document = await ReadAsync();
        var operations = document.ReadOperations((_, exception) => throw exception).ToDictionary(operation => operation.Id!);

        Assert.Equal(["parts", "whole"], operations.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("version", Assert.Single(operations["whole"].Parameters).Name);
        Assert.Equal("version", Assert.Single(operations["parts"].Parameters).Name);
        Assert.Contains("'name'", Names(document.ResolveSchema(operations["parts"].Body!.Schema)), StringComparison.Ordinal);
        Assert.Contains("'parts'", Names(document.ResolveSchema(Assert.Single(operations["parts"].Responses).Schema)), StringComparison.Ordinal);
        Assert.StartsWith("'/lost' is left out: the reference 'more/lost.yaml' cannot be followed: ", Assert.Single(document.Warnings), StringComparison.Ordinal);

        static string Names(JsonElement schema) => string.Join(", ", schema.Member("properties").Members().Select(property => $"'{property.Name}'"));
    }

    private ApiOptions Options => new() { Name = "files", Document = Path.Combine(_folder.Path, "api", "api.yaml") };

    private async Task<ApiDocument> ReadAsync(Action<ApiOptions>? configure = null)
    {
        using var client = new HttpClient();
        var options = Options;
        configure?.Invoke(options);
        return (await new DocumentSource(options, client).ReadAsync(TestContext.Current.CancellationToken))!.Value.Document;
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder.Path, "api", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
