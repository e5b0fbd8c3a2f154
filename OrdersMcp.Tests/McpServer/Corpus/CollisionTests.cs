using System.Text.Json;

namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>collisions.yaml: conflicting names.</summary>
[Trait("Category", "Unit")]
public sealed class CollisionTests
{
    private readonly ToolBench _bench = CorpusDocument.Bench("collisions.yaml");

    [Theory]
    [InlineData("put_item", "id,body,id_query,trace,id_header,id_cookie")]
    [InlineData("upload_item", "id,id_body,trace,id_body_body")]
    [InlineData("send_body", "body,body_request")]
    public void Argument_with_a_taken_name_gets_its_location(string tool, string arguments) => Assert.Equal(
        arguments,
        string.Join(',', _bench.Tool(tool).Definition.InputSchema.GetProperty("properties").EnumerateObject().Select(each => each.Name)));

    [Fact]
    public async Task Each_argument_goes_to_its_place()
    {
        var request = await _bench.SendAsync(
            "put_item",
            """{ "id": "p", "id_query": 1, "id_header": true, "id_cookie": 2.5, "trace": 3, "body": { "id": "b" } }""");

        Assert.Equal("/items/p?id=1", request.Target);
        Assert.Equal(("true", "3", "id=2.5"), (request.Headers["id"], request.Headers["trace"], request.Headers["Cookie"]));
        Assert.Equal("b", JsonElement.Parse(request.Body).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Names_of_non_arguments_are_sent_as_in_the_document()
    {
        var arguments = _bench.Tools.Single(tool => tool.Metadata is { Path: "/names", Method: "GET" });
        var names = arguments.Definition.InputSchema.GetProperty("properties").EnumerateObject().Select(each => each.Name).ToArray();

        await ToolBench.CallAsync(
            arguments, $$"""{ {{string.Join(", ", names.Select((name, i) => $"\"{name}\": {(name == "top" ? "4" : $"\"{i}\"")}"))}} }""");

        Assert.Equal(["filter_a", "filter_a_query", "filter_a_query_2", "top", "ber", "value"], names);
        Assert.Equal("/names?filter%5Ba%5D=0&filter.a=1&filter%20a=2&%24top=4&%C3%BCber=4&%3F%21=5", _bench.Request.Target);
    }

    [Fact]
    public void Operations_with_one_name_all_get_their_own_suffix()
    {
        var same = _bench.Names.Where(name => name.StartsWith("same", StringComparison.OrdinalIgnoreCase)).ToArray();

        Assert.Equal(5, same.Length);
        Assert.Equal(5, same.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(same, name => Assert.Matches("^[Ss]ame[._][Nn]ame_[0-9a-f]{4}$", name));
    }
}
