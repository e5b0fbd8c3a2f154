using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Bench.Load;

namespace OrdersMcp.Bench;

/// <summary>The requests that are sent.</summary>
internal static class Requests
{
    public const string Newest = "2026-07-28";
    public const string Handshake = "2025-11-25";

    private static readonly Dictionary<string, string> Json = new(StringComparer.Ordinal) { ["Accept"] = "application/json" };

    /// <summary><c>GET /orders/{id}</c>.</summary>
    public static LoadRequest Rest(long orderId) => Get($"/orders/{orderId}");

    public static LoadRequest Get(string path) => new("GET", path, Json);

    public static LoadRequest Post(string path, JsonObject body) =>
        new("POST", path, new Dictionary<string, string>(Json, StringComparer.Ordinal) { ["Content-Type"] = "application/json" }, body.ToJsonString());

    /// <summary>A call of <c>get_order</c>, or of another tool that takes the same.</summary>
    public static LoadRequest Tool(string version, long orderId, string tool = "get_order") =>
        Mcp(version, "tools/call", tool, new JsonObject { ["name"] = tool, ["arguments"] = new JsonObject { ["orderId"] = orderId } }, orderId);

    public static LoadRequest ToolList(string version) => Mcp(version, "tools/list", name: null, [], id: 1);

    private static LoadRequest Mcp(string version, string method, string? name, JsonObject parameters, long id)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Content-Type"] = "application/json",
            ["Accept"] = "application/json, text/event-stream",
            ["MCP-Protocol-Version"] = version,
        };
        if (version == Newest)
        {
            headers["Mcp-Method"] = method;
            if (name is not null)
            {
                headers["Mcp-Name"] = name;
            }

            parameters["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = version,
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
            };
        }

        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters };
        return new LoadRequest("POST", "/mcp", headers, body.ToJsonString());
    }

    /// <summary>The order in an answer: the body itself, or what an MCP result has in it.</summary>
    public static JsonElement OrderOf(string body)
    {
        var json = body.StartsWith('{') ? body
            : body.Split('\n').First(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..];
        var answer = JsonElement.Parse(json);
        if (!answer.TryGetProperty("result", out var result))
        {
            return answer;
        }

        return result.TryGetProperty("structuredContent", out var order)
            ? order
            : JsonElement.Parse(result.GetProperty("content")[0].GetProperty("text").GetString()!);
    }
}
