using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Confirmation;

namespace OrdersMcp.Tests.Security;

/// <summary>The API's credentials go only to the servers that the settings name.</summary>
[Trait("Category", "Unit")]
public sealed class CredentialOriginTests
{
    private const string Secret = "a-secret-of-the-api-0123456789";

    [Theory]
    [InlineData("https://a.example/openapi.json", null, "https://a.example/v1", true)]
    [InlineData("https://a.example/openapi.json", null, "https://a.example:443", true)]
    [InlineData("https://a.example/openapi.json", null, "https://b.example", false)]
    [InlineData("https://a.example/openapi.json", null, "http://a.example", false)]
    [InlineData("https://a.example/openapi.json", null, "https://a.example:8443", false)]
    [InlineData("https://a.example/openapi.json", "https://b.example/v2", "https://b.example/v2", true)]
    [InlineData("https://a.example/openapi.json", "https://b.example/v2", "https://a.example", false)]
    [InlineData("openapi.json", null, "https://a.example", false)]
    [InlineData("https+http://api/openapi.json", null, "https+http://api", true)]
    public void Origin_is_the_base_address_or_the_documents(string document, string? baseAddress, string server, bool isNamed) =>
        Assert.Equal(isNamed, CredentialOrigins.Has(new ApiOptions { Document = document, BaseAddress = baseAddress }, server));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Operation_of_another_server_gets_credentials_only_if_the_settings_name_it(bool isNamed)
    {
        var log = new CapturedLog();
        await using var own = await TestApi.StartAsync("{}");
        await using var other = await TestApi.StartAsync("{}");
        own.Document = $$"""
            { "openapi": "3.1.0", "info": { "title": "T", "version": "1" }, "paths": {
              "/own": { "get": { "operationId": "own", "responses": { "200": { "description": "x" } } } },
              "/other": { "servers": [ { "url": "{{other.Address}}" } ],
                "get": { "operationId": "other", "responses": { "200": { "description": "x" } } } } } }
            """;
        await using var server = McpApplication.StartWith(
            own.Address,
            services => services.AddLogging(logging => logging.AddProvider(log)),
            [
                ("Mcp:Apis:0:Document", $"{own.Address}/openapi/v1.json"), ("Mcp:Apis:0:ApiKey", Secret), ("Mcp:Apis:0:BearerToken", Secret), ("Mcp:Apis:0:Headers:X-Extra", Secret),
                .. isNamed ? [("Mcp:Apis:0:CredentialOrigins:0", other.Address)] : Array.Empty<(string, string)>(),
            ]);
        await server.WaitForHealthAsync("Healthy");

        ToolCalls.Done(await server.CallAsync("own", new JsonObject()));
        ToolCalls.Done(await server.CallAsync("other", new JsonObject()));

        // CredentialOrigins takes the place of the default.
        Assert.Equal(!isNamed, Has(Assert.Single(own.Requests)));
        Assert.Equal(isNamed, Has(Assert.Single(other.Requests)));
        Assert.Contains(log.Lines, line => line.Contains("without the API's credentials", StringComparison.Ordinal)
            && line.Contains(isNamed ? own.Address : other.Address, StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    private static bool Has(ReceivedRequest request)
    {
        var count = request.Headers.Values.Count(value => value.Contains(Secret, StringComparison.Ordinal));
        Assert.True(count is 0 or 3, $"{count} of 3 credentials");
        return count == 3;
    }
}
