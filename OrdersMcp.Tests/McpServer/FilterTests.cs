using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Which operations become tools, and which settings are invalid.</summary>
[Trait("Category", "Unit")]
public sealed class FilterTests
{
    private static readonly string Document = Documents.With(
        """
        {
          "/a": { "get": { "operationId": "a", "tags": ["one"] }, "post": { "operationId": "b", "tags": ["one", "two"] } },
          "/c": { "get": { "operationId": "c", "tags": ["two"], "deprecated": true }, "delete": { "operationId": "d", "tags": ["admin"] } },
          "/e": { "get": { "operationId": "e" }, "post": { "operationId": "f", "x-mcp": { "hide": true } }, "put": { "operationId": "g", "x-mcp": { "annotations": { "readOnlyHint": true } } } }
        }
        """);

    [Theory]
    [InlineData("a b c d e g")]
    [InlineData("a b", "IncludeTags:0", "one")]
    [InlineData("a b e", "IncludeTags:0", "one", "IncludeOperations:0", "e")]
    [InlineData("a", "IncludeTags:0", "one", "ExcludeOperations:0", "b")]
    [InlineData("a", "IncludeOperations:0", "a", "IncludeOperations:1", "b", "ExcludeTags:0", "two")]
    [InlineData("d e g", "ExcludeTags:0", "one", "ExcludeTags:1", "two")]
    [InlineData("a b c d e g", "ExcludeTags:0", "")]
    [InlineData("d", "IncludeTags:0", "admin")]
    [InlineData("a c e g", "ReadOnly", "true")]
    [InlineData("a b c e g", "ExcludeTags:0", "admin")]
    [InlineData("a b d e g", "Deprecated", "Omit")]
    public void Includes_come_first_then_excludes(string tools, params string[] settings)
    {
        var bench = ToolBench.Of(Document, api => Configuration(settings).Bind(api));

        Assert.Equal(tools, string.Join(' ', bench.Names));
    }

    [Fact]
    public void Prefix_is_before_each_name() =>
        Assert.All(ToolBench.Of(Document, api => api.NamePrefix = "shop_").Names, name => Assert.StartsWith("shop_", name, StringComparison.Ordinal));

    [Theory]
    [InlineData("IncludeOperations")]
    [InlineData("ExcludeOperations")]
    public void Operation_that_does_not_exist_is_an_error_that_names_the_setting(string setting)
    {
        var exception = Assert.Throws<ApiDocumentException>(() => ToolBench.Of(
            Documents.Things, api => Configuration($"{setting}:0", "get_thingg").Bind(api)));

        Assert.Equal($"Mcp:Apis:0:{setting} names 'get_thingg', which is no operation of the document. Did you mean 'get_thing'?", exception.Message);
    }

    [Theory]
    [InlineData("IncludeTags and ExcludeTags", "IncludeTags:0", "a", "ExcludeTags:0", "b")]
    [InlineData("IncludeOperations and ExcludeOperations", "IncludeOperations:0", "a", "ExcludeOperations:0", "b")]
    [InlineData("Document", "Document", "no/such/file.json")]
    [InlineData("NamePrefix", "NamePrefix", "a b")]
    [InlineData("ForwardHeaders", "ForwardHeaders:0", "authorization")]
    [InlineData("Headers", "Headers:a b", "x")]
    [InlineData("Headers:X-A", "Headers:X-A", "x\ny")]
    [InlineData("Timeout", "Timeout", "00:00:00")]
    public void Contradiction_is_an_error_that_names_the_setting(string named, params string[] settings)
    {
        var api = new ApiOptions { Name = "test", Document = "https://api.test/openapi.json" };
        Configuration(settings).Bind(api);

        var result = new OpenApiToolsOptionsValidator().Validate(name: null, new OpenApiToolsOptions { Apis = [api] });

        Assert.StartsWith($"Mcp:Apis:0:{named}", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configured_headers_and_listed_caller_headers_are_sent()
    {
        var bench = ToolBench.OfOperation("""{ "operationId": "x" }""", configure: api =>
        {
            api.ForwardHeaders = ["X-Tenant"];
            api.Headers["X-Api-Key"] = "k3y";
            api.BearerToken = "t0ken";
        });
        var context = new DefaultHttpContext { Request = { Headers = { ["X-Tenant"] = "north", ["X-Other"] = "no", ["X-Api"] = "two" } } };
        context.Request.Headers.Authorization = "Bearer of-the-caller";
        bench.Caller = Caller.Of(context, ["X-Tenant", "X-Api"]); // the second is for another API

        await bench.TargetAsync("{}");

        Assert.Equal("north", bench.Request.Headers["X-Tenant"]);
        Assert.Equal("k3y", bench.Request.Headers["X-Api-Key"]);
        Assert.Equal("Bearer t0ken", bench.Request.Headers["Authorization"]);
        Assert.False(bench.Request.Headers.ContainsKey("X-Other"));
        Assert.False(bench.Request.Headers.ContainsKey("X-Api"));
    }

    [Theory]
    [InlineData("http://a.test/v1/openapi.json", null, null, "http://a.test")]
    [InlineData("http://a.test/v1/openapi.json", null, "/v2/", "http://a.test/v2")]
    [InlineData("http://a.test/v1/openapi.json", null, "https://b.test/x", "https://b.test/x")]
    [InlineData("http://a.test/v1/openapi.json", "http://c.test/y/", "https://b.test/x", "http://c.test/y")]
    [InlineData("https+http://api/openapi/v1.json", null, "/", "https+http://api")]
    public void Base_address_is_the_configured_the_server_s_or_the_document_s(string document, string? configured, string? server, string address) =>
        Assert.Equal(address, ApiClients.BaseAddressOf(
            new ApiOptions { Document = document, BaseAddress = configured }, server));

    private static IConfiguration Configuration(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build();
}
