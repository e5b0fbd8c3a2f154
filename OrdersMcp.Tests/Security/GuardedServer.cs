using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>The MCP server, started with authentication, in front of a small API with two operations.</summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    public const string Operations =
        """
        {
          "openapi": "3.1.0",
          "info": { "title": "Shop", "version": "1" },
          "paths": {
            "/orders": {
              "get": {
                "operationId": "list_orders",
                "responses": { "200": { "description": "ok" } },
                "x-mcp": { "scopes": ["orders.read"] }
              },
              "post": {
                "operationId": "create_order",
                "responses": { "200": { "description": "ok" } },
                "x-mcp": { "scopes": ["orders.write"] }
              }
            },
            "/plain": {
              "get": { "operationId": "plain", "responses": { "200": { "description": "ok" } } }
            }
          }
        }
        """;

    private GuardedServer(TestApi api, McpApplication application) => (Api, Application) = (api, application);

    public TestApi Api { get; }

    public McpApplication Application { get; }

    public static async Task<GuardedServer> StartAsync(params (string Key, string Value)[] settings)
    {
        var api = await TestApi.StartAsync(Operations);
        api.Answer = context => context.Response.WriteAsJsonAsync(new JsonObject { ["done"] = true });
        McpApplication? application = null;
        try
        {
            application = McpApplication.Start(api.Address, settings);
            await application.WaitForHealthAsync("Healthy");
            return new GuardedServer(api, application);
        }
        catch
        {
            await (application?.DisposeAsync() ?? ValueTask.CompletedTask);
            await api.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a well-formed request with these headers.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, JsonObject? parameters, params (string Name, string Value)[] headers)
    {
        List<(string, string)> all = [(Messages.VersionHeader, Messages.Version), ("Mcp-Method", method), .. headers];
        if (parameters?["name"] is { } name)
        {
            all.Add(("Mcp-Name", name.ToString()));
        }

        return Application.PostAsync(JsonContent.Create(Messages.Request(method, parameters)), [.. all]);
    }

    public Task<HttpResponseMessage> ListAsync(params (string Name, string Value)[] headers) => SendAsync("tools/list", null, headers);

    public Task<HttpResponseMessage> CallAsync(string tool, params (string Name, string Value)[] headers) =>
        SendAsync("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = new JsonObject() }, headers);

    public async Task<HttpStatusCode> StatusWithAsync(string token)
    {
        using var response = await ListAsync(Bearer(token));
        return response.StatusCode;
    }

    /// <summary>The reason that the client gets for a rejected token.</summary>
    public async Task<string> ReasonAgainstAsync(string token)
    {
        using var response = await ListAsync(Bearer(token));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        return response.Headers.WwwAuthenticate.ToString();
    }

    public static (string Name, string Value) Bearer(string token) => ("Authorization", $"Bearer {token}");

    public static async Task<string[]> ToolNamesAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await Messages.ReadAsync(response);
        return [.. answer["result"]!["tools"]!.AsArray().Select(tool => tool!["name"]!.GetValue<string>())];
    }

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        await Api.DisposeAsync();
    }
}
