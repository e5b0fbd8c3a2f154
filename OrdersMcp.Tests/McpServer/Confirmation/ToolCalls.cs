using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Confirmation;

/// <summary>Tool calls of a client that can ask a person, message by message.</summary>
internal static class ToolCalls
{
    public static readonly JsonObject Yes = Answer("accept", new JsonObject { ["confirm"] = true });

    public static readonly JsonObject CanAsk = new() { ["elicitation"] = new JsonObject() };

    public static JsonObject Answer(string action, JsonObject? content = null) => content is null
        ? new JsonObject { ["action"] = action }
        : new JsonObject { ["action"] = action, ["content"] = content };

    /// <summary>The response of the server, a result or an error.</summary>
    public static async Task<JsonObject> SendAsync(
        this McpApplication server, string tool, JsonObject arguments, string? state = null, JsonNode? answer = null,
        JsonObject? capabilities = null, string? caller = null, params (string Name, string Value)[] headers)
    {
        var parameters = new JsonObject { ["name"] = tool, ["arguments"] = arguments.DeepClone() };
        if (state is not null)
        {
            parameters["requestState"] = state;
        }

        if (answer is not null)
        {
            parameters["inputResponses"] = new JsonObject { ["confirm"] = answer.DeepClone() };
        }

        return await server.SendAsync("tools/call", tool, parameters, capabilities ?? CanAsk, caller, headers);
    }

    public static async Task<JsonObject> SendAsync(
        this McpApplication server, string method, string name, JsonObject parameters, JsonObject capabilities, string? caller = null,
        params (string Name, string Value)[] headers)
    {
        var message = Messages.Request(method, parameters);
        message["params"]!["_meta"]!["io.modelcontextprotocol/clientCapabilities"] = capabilities.DeepClone();
        using var response = await server.PostAsync(
            JsonContent.Create(message),
            [(Messages.VersionHeader, Messages.Version), ("Mcp-Method", method), ("Mcp-Name", name), .. TestCaller.HeaderOf(caller), .. headers]);
        return await Messages.ReadAsync(response);
    }

    /// <summary>The question in the response, and the state for repeating the call.</summary>
    public static async Task<(string Message, string State)> AskAsync(
        this McpApplication server, string tool, JsonObject arguments, string? caller = null)
    {
        var result = (await server.SendAsync(tool, arguments, caller: caller))["result"]!;
        Assert.Equal("input_required", result["resultType"]?.ToString());
        return (result["inputRequests"]!["confirm"]!["params"]!["message"]!.ToString(), result["requestState"]!.ToString());
    }

    /// <summary>The problem of an error result.</summary>
    public static JsonNode Problem(JsonObject answer)
    {
        Assert.True((bool?)answer["result"]?["isError"], answer.ToJsonString());
        return JsonNode.Parse(answer["result"]!["content"]![0]!["text"]!.ToString())!;
    }

    /// <summary>The JSON of a result that is no error.</summary>
    public static JsonNode Done(JsonObject answer)
    {
        Assert.True(answer["result"] is not null && answer["result"]!["isError"] is null, answer.ToJsonString());
        Assert.Equal("complete", answer["result"]!["resultType"]?.ToString());
        return answer["result"]!;
    }
}
