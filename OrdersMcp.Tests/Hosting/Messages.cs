using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.Hosting;

/// <summary>JSON-RPC messages of protocol version 2026-07-28.</summary>
internal static class Messages
{
    public const string Version = "2026-07-28";
    public const string VersionHeader = "MCP-Protocol-Version";

    /// <summary>Calls a tool and returns the response.</summary>
    public static async Task<JsonObject> CallAsync(
        Uri endpoint, string tool, JsonObject arguments, IEnumerable<(string Name, string Value)>? headers = null, JsonObject? meta = null)
    {
        var body = Request("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = arguments.DeepClone() });
        foreach (var (name, value) in meta ?? [])
        {
            body["params"]!["_meta"]![name] = value?.DeepClone();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = JsonContent.Create(body) };
        foreach (var (name, value) in new[] { (VersionHeader, Version), ("Mcp-Method", "tools/call"), ("Mcp-Name", tool) }.Concat(headers ?? []))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
        return await ReadAsync(response);
    }

    /// <summary>The tools that a server lists.</summary>
    public static async Task<JsonArray> ListAsync(Uri endpoint)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = JsonContent.Create(Request("tools/list")) };
        request.Headers.Add(VersionHeader, Version);
        request.Headers.Add("Mcp-Method", "tools/list");
        using var response = await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
        return (await ReadAsync(response))["result"]!["tools"]!.AsArray();
    }

    public static JsonObject Request(string method, JsonObject? parameters = null)
    {
        parameters ??= [];
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = Version,
            ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
        };
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 7, ["method"] = method, ["params"] = parameters };
    }

    /// <summary>The last message of a response, as JSON or from events.</summary>
    public static async Task<JsonObject> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var json = response.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? text.Split('\n').Last(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..]
            : text;
        return JsonNode.Parse(json) as JsonObject ?? throw new JsonException($"Not an object: {text}");
    }

    /// <summary>The error of a response, which must have this code.</summary>
    public static async Task<JsonNode> AssertErrorAsync(HttpResponseMessage response, HttpStatusCode status, int code, int? id = null)
    {
        var answer = await ReadAsync(response);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, (int)answer["error"]!["code"]!);
        if (id is not null)
        {
            Assert.Equal(id, (int)answer["id"]!);
        }

        return answer["error"]!;
    }
}
