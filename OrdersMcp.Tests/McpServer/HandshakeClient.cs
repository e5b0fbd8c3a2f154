using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Requests of protocol version 2025-11-25, with and without a session.</summary>
internal static class HandshakeClient
{
    public const string SessionHeader = "Mcp-Session-Id";
    public const string Version = "2025-11-25";

    /// <summary>Opens a session and returns its id.</summary>
    public static async Task<string> OpenAsync(this McpApplication server, params (string Name, string Value)[] headers)
    {
        using var response = await server.InitializeAsync(headers);
        return Assert.Single(response.Headers.GetValues(SessionHeader));
    }

    public static Task<HttpResponseMessage> InitializeAsync(
        this McpApplication server, params (string Name, string Value)[] headers) =>
        server.PostAsync(
            JsonContent.Create(new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = 1,
                ["method"] = "initialize",
                ["params"] = new JsonObject
                {
                    ["protocolVersion"] = Version,
                    ["capabilities"] = new JsonObject(),
                    ["clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
                },
            }),
            headers);

    /// <summary>Sends a request of a session.</summary>
    public static Task<HttpResponseMessage> AskInAsync(
        this McpApplication server, string session, string method, JsonObject? parameters = null,
        params (string Name, string Value)[] headers) =>
        server.PostAsync(
            JsonContent.Create(new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = 7,
                ["method"] = method,
                ["params"] = parameters?.DeepClone() ?? new JsonObject(),
            }),
            [(SessionHeader, session), (Messages.VersionHeader, Version), .. headers]);

    /// <summary>Sends a request without a body, such as the one that opens the stream of a session.</summary>
    public static async Task<HttpResponseMessage> SendInAsync(
        this McpApplication server, string session, HttpMethod method, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, server.Endpoint);
        foreach (var (name, value) in headers.Append((SessionHeader, session)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await OutsideClient.Shared.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
