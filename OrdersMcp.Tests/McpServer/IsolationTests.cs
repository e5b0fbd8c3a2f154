using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Confirmation;

namespace OrdersMcp.Tests.McpServer;

/// <summary>What one caller, one row or one API does must not take the tools from everybody.</summary>
[Trait("Category", "Postgres")]
public sealed class IsolationTests
{
    private const string Document =
        """
        { "openapi": "3.1.0", "info": { "title": "T", "version": "1" }, "paths": {
          "/limited": { "get": { "operationId": "limited", "responses": { "200": { "description": "x" } } } },
          "/locked": { "post": { "operationId": "locked", "responses": { "200": { "description": "x" } } } },
          "/failing": { "get": { "operationId": "failing", "responses": { "200": { "description": "x" } } } },
          "/fine": { "get": { "operationId": "fine", "responses": { "200": { "description": "x" } } } } } }
        """;

    [Theory]
    [InlineData("limited")]
    [InlineData("locked")]
    [InlineData("failing")]
    public async Task Operation_that_is_refused_again_and_again_leaves_the_others_alone(string refused)
    {
        await using var api = await TestApi.StartAsync(Document);
        api.Answer = AnswerAsync;
        await using var server = McpApplication.Start(
            api.Address, ("Mcp:Limits:Read:Burst", "1000"), ("Mcp:Limits:Write:Burst", "1000"));
        await server.WaitForHealthAsync("Healthy");

        for (var i = 0; i < 40; i++)
        {
            var calls = await Task.WhenAll(server.CallAsync(refused, []), server.CallAsync(refused, []), server.CallAsync(refused, []));
            Assert.All(calls, call => Assert.True(call["result"]!["isError"]!.GetValue<bool>(), call.ToJsonString()));
            Assert.All(calls, call => Assert.DoesNotContain("could not be reached", call.ToJsonString(), StringComparison.Ordinal));
            ToolCalls.Done(await server.CallAsync("fine", []));
        }
    }

    [Fact]
    public async Task Api_that_is_away_leaves_the_other_alone_and_is_used_as_soon_as_it_is_back()
    {
        await using var api = await TestApi.StartAsync(Document);
        var away = await TestApi.StartAsync(Document);
        api.Answer = away.Answer = AnswerAsync;
        await using var server = McpApplication.Start(
            api.Address,
            ("Mcp:Limits:Read:Burst", "1000"), ("Mcp:Limits:Write:Burst", "1000"),
            ("Mcp:Apis:1:Name", "away"), ("Mcp:Apis:1:NamePrefix", "away_"), ("Mcp:Apis:1:Document", $"{away.Address}/openapi/v1.json"));
        await server.WaitForHealthAsync("Healthy");
        var address = away.Address;
        await away.DisposeAsync();

        for (var i = 0; i < 30; i++)
        {
            var call = await server.CallAsync("away_locked", []);
            Assert.Contains("could not be reached", call.ToJsonString(), StringComparison.Ordinal);
            ToolCalls.Done(await server.CallAsync("fine", []));
        }

        await using var back = await TestApi.StartAsync(Document, address);
        back.Answer = context => context.Response.WriteAsync("{}");
        var patience = TimeSpan.FromSeconds(1);
        await Until.TrueAsync(
            async () => (await server.CallAsync("away_locked", []))["result"]!["isError"]?.GetValue<bool>() is not true, patience, () => "It is not used again.");
        for (var i = 0; i < 20; i++)
        {
            ToolCalls.Done(await server.CallAsync("away_locked", []));
        }
    }

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = context.Request.Path.Value switch
        {
            "/limited" => StatusCodes.Status429TooManyRequests,
            "/locked" => StatusCodes.Status503ServiceUnavailable,
            "/failing" => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status200OK,
        };
        return context.Response.WriteAsync("{}");
    }
}
