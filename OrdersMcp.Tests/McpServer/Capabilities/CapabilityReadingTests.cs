using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>Errors in the <c>x-mcp</c> of a document give a warning for that part, and everything else works.</summary>
[Trait("Category", "Unit")]
public sealed class CapabilityReadingTests
{
    [Theory]
    [InlineData("""{"prompts":[{"name":"a b","text":"x"}]}""", "x-mcp: prompts[0] (a b) is not a prompt: its name must be")]
    [InlineData("""{"prompts":[{"name":"a"}]}""", "prompts[0] (a) is not a prompt: it needs a text")]
    [InlineData("""{"prompts":[{"name":"a","text":"x {y}"}]}""", "its text has '{y}', which is none of its arguments.")]
    [InlineData("""{"prompts":[{"name":"a","text":"x"},{"name":"a","text":"y"}]}""", "prompts[1] (a) is not a prompt: another one has its name.")]
    [InlineData("""{"prompts":[{"name":"a","text":"x","arguments":[{"name":"b"},{"name":"b"}]}]}""", "it has the argument 'b' twice.")]
    [InlineData("""{"prompts":[{"name":"a","text":"x","arguments":[{"title":"b"}]}]}""", "an argument's name must be")]
    [InlineData("""{"prompts":[{"name":"a","text":"x","arguments":[{"name":"b","complete":{"operation":"no"}}]}]}""", "x-mcp: prompt a: 'no' is no operation of the document")]
    [InlineData("""{"prompts":[{"name":"a","text":"x","arguments":[{"name":"b","complete":{"operation":"get_thing"}}]}]}""", "'get_thing' cannot complete")]
    [InlineData("""{"changes":{"path":"changes","resources":["a://b/{c}"]}}""", "x-mcp: changes needs a path that begins with a slash")]
    [InlineData("""{"changes":{"path":"/changes","resources":["b/{c}"]}}""", "x-mcp: changes: 'b/{c}' is not a template of an absolute URI")]
    public void Unusable_part_gives_a_warning_and_keeps_the_tools(string extension, string warning)
    {
        var document = JsonNode.Parse(Documents.Things)!.AsObject();
        document["x-mcp"] = JsonNode.Parse(extension);

        var bench = ToolBench.Of(document.ToJsonString());

        Assert.Contains(bench.Warnings, told => told.ToString().Contains(warning, StringComparison.Ordinal));
        Assert.Equal(4, bench.Tools.Count);
    }

    [Theory]
    [InlineData("""{"uri":"things://things"}""", "must have variables")]
    [InlineData("""{"uri":"things/{thingId}"}""", "is not a template of an absolute URI")]
    [InlineData("""{"uri":"things://things/{thingId}?x"}""", "is not a template of an absolute URI")]
    [InlineData("""{"uri":"things://things/{id}"}""", "must be the parameters of the path")]
    [InlineData("""{"uri":"things://things/{thingId}{other}"}""", "text between them")]
    [InlineData("""{"uri":"things://things/{thingId}","complete":{"other":{"operation":"x"}}}""", "no variable 'other' to complete")]
    public void Unusable_resource_gives_a_warning_for_its_operation(string resource, string warning)
    {
        var document = JsonNode.Parse(Documents.Things)!.AsObject();
        document["paths"]!["/things/{thingId}"]!["get"]!["x-mcp"] = new JsonObject { ["resource"] = JsonNode.Parse(resource) };

        var bench = ToolBench.Of(document.ToJsonString());

        Assert.Contains(bench.Warnings, told => told.Operation == "GET /things/{thingId}" && told.Text.Contains(warning, StringComparison.Ordinal));
        Assert.Equal(4, bench.Tools.Count);
    }

    [Fact]
    public void Only_a_read_can_be_a_resource()
    {
        var document = JsonNode.Parse(Documents.Things)!.AsObject();
        document["paths"]!["/things/{thingId}"]!["delete"]!["x-mcp"] = JsonNode.Parse("""{"resource":{"uri":"things://things/{thingId}"}}""");

        var bench = ToolBench.Of(document.ToJsonString());

        Assert.Contains(bench.Warnings, told => told.ToString() == "DELETE /things/{thingId}: is not a resource: only a GET without a body can be one.");
    }

    [Fact]
    public void Operation_that_is_excluded_is_no_resource_and_completes_nothing()
    {
        var hidden = ToolBench.Of(CapabilitiesApi.Document);
        var excluded = ToolBench.Of(CapabilitiesApi.Document, options => options.ExcludeOperations = ["get_thing", "complete_thing_ids"]);

        Assert.Equal(["get_thing"], hidden.Names);
        Assert.Equal(["things://shelves/{number}/{place}", "things://things/{thingId}"], hidden.Capabilities.Templates.Select(template => template.Uri.Text).Order(StringComparer.Ordinal));
        Assert.Single(hidden.Capabilities.Prompts[0].Completions, completion => completion.Value.Operation is not null);
        Assert.Equal("things://shelves/{number}/{place}", Assert.Single(excluded.Capabilities.Templates).Uri.Text);
        Assert.DoesNotContain(excluded.Capabilities.Prompts[0].Completions, completion => completion.Value.Operation is not null);
    }

    [Fact]
    public void Document_without_the_extension_gives_tools_and_itself()
    {
        var bench = ToolBench.Of(Documents.Things);

        Assert.Empty(bench.Warnings);
        Assert.Equal("test://openapi", Assert.Single(bench.Capabilities.Resources).Definition.Uri);
        Assert.Empty(bench.Capabilities.Prompts);
        Assert.Null(bench.Capabilities.Changes);
    }

    [Theory]
    [InlineData("a://x/{b}", "a://x/%41", "A")]
    [InlineData("a://x/{b}.json", "a://x/1.2.json", "1.2")]
    [InlineData("a://x/{b}/y/{c}", "a://x/1/y/2", "1 2")]
    [InlineData("a://x/{b}-{c}", "a://x/1-2-3", "1-2 3")]
    public void Template_extracts_and_restores_its_variables(string template, string uri, string values)
    {
        var parsed = UriTemplate.Parse(template);

        var found = parsed.Match(uri)!;

        Assert.Equal(values, string.Join(' ', found));
        Assert.Equal(found, parsed.Match(parsed.Fill(name => found[parsed.Variables.ToList().IndexOf(name)])));
    }

    [Fact]
    public void Odd_documents_are_resources_without_servers()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 150)) + "1" + new string('}', 150);
        var text = Documents.Things.Replace(
            "\"openapi\"", $$"""
            "servers": [ { "url": "http://inside" } ], "x-deep": {{deep}}, "x-twice": 1, "x-twice": 2, "openapi"
            """, StringComparison.Ordinal);

        var resource = Assert.Single(ToolBench.Of(text).Capabilities.Resources);

        Assert.DoesNotContain("inside", resource.Text, StringComparison.Ordinal);
        Assert.Contains(string.Concat(Enumerable.Repeat("{\"a\":", 150)), resource.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_template_is_rejected() =>
        Assert.Throws<ApiDocumentException>(() => UriTemplate.Parse("1a://x/{b}"));
}
