using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>A client that calls tools message by message, each call in a trace of its own.</summary>
/// <param name="service">The server's service name.</param>
/// <param name="era">The protocol's revision.</param>
/// <param name="log">Where its calls are kept.</param>
internal abstract class ToolCaller(string service, string era, CallLog log)
{
    public const string Modern = "2026-07-28";
    public const string Legacy = "2025-11-25";
    public const string Name = "proof-agent";

    protected bool IsModern => era == Modern;

    protected string Era => era;

    protected static JsonObject Info => new() { ["name"] = Name, ["version"] = "1" };

    protected abstract bool IsHttp { get; }

    /// <summary>Calls a tool, and gives the answer.</summary>
    public async Task<JsonObject> CallAsync(string tool, JsonObject arguments, Expected expected, JsonObject? more = null, MadeCall? goesOnWith = null)
    {
        var (_, answer) = await CallTracedAsync(tool, arguments, expected, more, goesOnWith);
        return answer;
    }

    /// <summary>Calls a tool as one that can put a question to a person.</summary>
    public async Task<(MadeCall Call, JsonObject Answer)> CallTracedAsync(
        string tool, JsonObject arguments, Expected expected, JsonObject? more = null, MadeCall? goesOnWith = null)
    {
        var call = log.Add(service, era, IsHttp, tool, expected, goesOnWith);
        return (call, await SendAsync(call, Message(call, arguments, more), TestContext.Current.CancellationToken));
    }

    /// <summary>Calls a tool, and takes the call back once it is under way.</summary>
    public async Task CancelAsync(string tool, JsonObject arguments, Func<Task> isUnderWay, string caller = "anonymous")
    {
        var call = log.Add(service, era, IsHttp, tool, new Expected("cancelled") { HasResult = false, Caller = caller }, goesOnWith: null);
        await SendAndCancelAsync(call, Message(call, arguments, more: null), isUnderWay);
    }

    protected abstract Task<JsonObject> SendAsync(MadeCall call, JsonObject message, CancellationToken cancellationToken);

    protected abstract Task SendAndCancelAsync(MadeCall call, JsonObject message, Func<Task> isUnderWay);

    private JsonObject Message(MadeCall call, JsonObject arguments, JsonObject? more)
    {
        var meta = new JsonObject();
        if (call.IsTracedByMessage)
        {
            meta["traceparent"] = call.Traceparent;
        }

        if (IsModern)
        {
            meta["io.modelcontextprotocol/protocolVersion"] = era;
            meta["io.modelcontextprotocol/clientInfo"] = Info;
            meta["io.modelcontextprotocol/clientCapabilities"] = more is null ? [] : new JsonObject { ["elicitation"] = new JsonObject() };
        }

        var parameters = new JsonObject { ["name"] = call.Tool, ["arguments"] = arguments.DeepClone(), ["_meta"] = meta };
        foreach (var (name, value) in more ?? [])
        {
            parameters[name] = value?.DeepClone();
        }

        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = call.Number, ["method"] = "tools/call", ["params"] = parameters };
    }
}
