using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>Resources of the document and of operations.</summary>
[Trait("Category", "Postgres")]
public sealed class ResourceTests : IAsyncLifetime
{
    private CapabilitiesApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await CapabilitiesApi.StartAsync();
        _server = McpApplication.Start(_api.Address, ("Mcp:ResourceByteBudget", "16384"));
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Client_lists_and_reads_fixed_resources_and_operations()
    {
        _api.Answer = context => context.Response.WriteAsJsonAsync(new { id = "a b", note = "hello" });
        await using var client = await _server.ConnectAsync();

        var resources = await client.ListResourcesAsync(cancellationToken: TestContext.Current.CancellationToken);
        var templates = await client.ListResourceTemplatesAsync(cancellationToken: TestContext.Current.CancellationToken);
        var thing = await client.ReadResourceAsync("things://things/a%20b", cancellationToken: TestContext.Current.CancellationToken);
        var guide = await client.ReadResourceAsync("orders://guide", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["orders://guide", "orders://openapi", "skill://orders/orders-api/SKILL.md"], resources.Select(resource => resource.Uri));
        Assert.Equal(
            [("things://shelves/{number}/{place}", "text/csv"), ("things://things/{thingId}", "application/json")],
            templates.Select(template => (template.UriTemplate, template.MimeType!)));
        Assert.Equal("Get a thing", templates[1].Title);
        var contents = Assert.IsType<TextResourceContents>(Assert.Single(thing.Contents));
        Assert.Equal(("things://things/a%20b", "application/json", """{"id":"a b","note":"hello"}"""), (contents.Uri, contents.MimeType, contents.Text));
        Assert.Equal("""["note"]""", contents.Meta!["ordersmcp/untrusted"]!.ToJsonString());
        Assert.Equal("/things/a%20b", Assert.Single(_api.Api.Requests).Target);
        Assert.Equal((TimeSpan.FromSeconds(1), CacheScope.Private), (thing.TimeToLive, thing.CacheScope));
        Assert.Equal("# Things\n\nThere are things.", Assert.IsType<TextResourceContents>(guide.Contents[0]).Text);
        Assert.Equal((TimeSpan.FromSeconds(15), CacheScope.Public), (guide.TimeToLive, guide.CacheScope));
    }

    [Fact]
    public async Task Document_is_a_resource_without_the_addresses_of_servers()
    {
        var answer = await _server.ReadAsync("orders://openapi");

        var contents = answer["result"]!["contents"]![0]!;
        var document = JsonNode.Parse(contents["text"]!.ToString())!;
        Assert.Equal("application/json", contents["mimeType"]!.ToString());
        Assert.Equal("3.1.1", document["openapi"]!.ToString());
        Assert.Null(document["servers"]);
        Assert.NotNull(document["paths"]!["/things/{thingId}"]!["get"]!["parameters"]);
    }

    [Fact]
    public async Task Lists_are_paged_and_cacheable()
    {
        await using var server = McpApplication.Start(_api.Address, ("Mcp:ItemsPerPage", "1"));
        await using var client = await server.ConnectAsync();

        var first = await client.ListResourcesAsync(new ListResourcesRequestParams(), TestContext.Current.CancellationToken);
        var second = await client.ListResourcesAsync(new ListResourcesRequestParams { Cursor = first.NextCursor }, TestContext.Current.CancellationToken);
        var third = await client.ListResourcesAsync(new ListResourcesRequestParams { Cursor = second.NextCursor }, TestContext.Current.CancellationToken);
        var templates = await client.ListResourceTemplatesAsync(new ListResourceTemplatesRequestParams(), TestContext.Current.CancellationToken);

        Assert.Equal(("orders://guide", "orders://openapi"), (Assert.Single(first.Resources).Uri, Assert.Single(second.Resources).Uri));
        Assert.Single(third.Resources);
        Assert.Null(third.NextCursor);
        Assert.Equal((TimeSpan.FromSeconds(15), CacheScope.Public), (templates.TimeToLive, templates.CacheScope));
        Assert.NotNull(templates.NextCursor);
    }

    [Theory]
    [InlineData("things://shelves/7/a", "/shelves/7/a")]
    [InlineData("things://shelves/7/a%2Fb", "/shelves/7/a%2Fb")]
    [InlineData("things://things/J%C3%BCrgen", "/things/J%C3%BCrgen")]
    [InlineData("things://things/Jürgen", "/things/J%C3%BCrgen")]
    [InlineData("things://things/%26%3F%23", "/things/%26%3F%23")]
    [InlineData("things://things/a@b.example", "/things/a%40b.example")]
    public async Task Variable_is_decoded_once_and_reaches_the_api_as_one_segment(string uri, string target)
    {
        var answer = await _server.ReadAsync(uri);

        Assert.Null(answer["error"]);
        Assert.Equal(uri, answer["result"]!["contents"]![0]!["uri"]!.ToString());
        Assert.Equal(target, Assert.Single(_api.Api.Requests).Target);
    }

    [Theory]
    [InlineData("things://things/")]
    [InlineData("things://things/a/b")]
    [InlineData("things://things/a?b=c")]
    [InlineData("things://things/a#b")]
    [InlineData("things://things/%2E%2E")]
    [InlineData("things://things/..")]
    [InlineData("things://things/%zz")]
    [InlineData("things://things/%4")]
    [InlineData("things://things/%C3")]
    [InlineData("things://things/a%0Ab")]
    [InlineData("things://things/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("things://shelves/07/a")]
    [InlineData("things://shelves/7.0/a")]
    [InlineData("things://shelves/+7/a")]
    [InlineData("things://shelves/99999999999999999999/a")]
    [InlineData("THINGS://things/a")]
    [InlineData("things://other/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData("orders://guide/")]
    [InlineData("x")]
    public async Task Unknown_uri_is_not_found_and_causes_no_request(string uri)
    {
        var answer = await _server.ReadAsync(uri);

        Assert.Equal(-32602, (int)answer["error"]!["code"]!);
        Assert.StartsWith("There is no such resource", answer["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(uri, answer["error"]!["data"]!["uri"]!.ToString());
        Assert.Empty(_api.Api.Requests);
    }

    [Fact]
    public async Task Client_of_the_handshake_era_gets_the_code_of_its_era()
    {
        await using var client = await _server.ConnectAsync("2025-11-25");

        var exception = await Assert.ThrowsAsync<McpProtocolException>(async () =>
            await client.ReadResourceAsync("things://other/a", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(McpErrorCode.ResourceNotFound, exception.ErrorCode);
    }

    [Fact]
    public async Task Missing_resource_is_not_found_with_the_message_of_the_api()
    {
        _api.Answer = context => Problem(context, HttpStatusCode.NotFound, "There is no thing a. Use list_things to find one.");

        var error = (await _server.ReadAsync("things://things/a"))["error"]!;

        Assert.Equal(-32602, (int)error["code"]!);
        Assert.Equal("There is no thing a. Use list_things to find one.", error["message"]!.ToString());
    }

    [Fact]
    public async Task Failure_of_the_api_is_an_internal_error_with_its_problem()
    {
        _api.Answer = context => Problem(context, HttpStatusCode.Conflict, "The thing is being painted.");

        var error = (await _server.ReadAsync("things://things/a"))["error"]!;

        Assert.Equal(-32603, (int)error["code"]!);
        Assert.Equal("The resource could not be read. The thing is being painted.", error["message"]!.ToString());
        Assert.Equal(409, (int)error["data"]!["problem"]!["status"]!);
    }

    [Fact]
    public async Task Resource_over_the_budget_is_rejected_and_never_truncated()
    {
        _api.Answer = context => context.Response.WriteAsync(new string('x', 16_385));

        var error = (await _server.ReadAsync("things://things/a"))["error"]!;

        Assert.Contains("more than 16384 bytes, which is the limit", error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_are_a_blob_of_their_media_type()
    {
        _api.Answer = context =>
        {
            context.Response.ContentType = "image/png";
            return context.Response.Body.WriteAsync(new byte[] { 1, 2, 255 }).AsTask();
        };
        await using var client = await _server.ConnectAsync();

        var result = await client.ReadResourceAsync("things://things/a", cancellationToken: TestContext.Current.CancellationToken);

        var contents = Assert.IsType<BlobResourceContents>(Assert.Single(result.Contents));
        Assert.Equal("image/png", contents.MimeType);
        Assert.Equal([1, 2, 255], contents.DecodedData.ToArray());
    }

    private static Task Problem(HttpContext context, HttpStatusCode status, string detail)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/problem+json";
        return context.Response.WriteAsync($$"""{"title":"No","status":{{(int)status}},"detail":"{{detail}}"}""");
    }
}
