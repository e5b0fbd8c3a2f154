using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.Playground;

/// <summary>How an API of models writes answers.</summary>
internal interface IModelWire
{
    /// <summary>The server-sent events of an answer.</summary>
    IEnumerable<(string? Kind, string Data)> Events(ModelTurn turn);

    /// <summary>An answer in one piece.</summary>
    JsonObject Whole(ModelTurn turn);

    JsonObject Error(int status, string message);
}

/// <summary>The Messages API of Anthropic.</summary>
internal sealed class AnthropicWire : IModelWire
{
    public IEnumerable<(string? Kind, string Data)> Events(ModelTurn turn)
    {
        yield return Event("message_start", new() { ["message"] = Message(content: [], reason: null) });
        var index = 0;
        if (turn.Text.Length > 0)
        {
            yield return Event("content_block_start", new() { ["index"] = index, ["content_block"] = new JsonObject { ["type"] = "text", ["text"] = "" } });
            foreach (var half in Halves(turn.Text))
            {
                yield return Event("content_block_delta", new() { ["index"] = index, ["delta"] = new JsonObject { ["type"] = "text_delta", ["text"] = half } });
            }

            if (turn.IsUnfinished)
            {
                yield break;
            }

            yield return Event("content_block_stop", new() { ["index"] = index++ });
        }

        foreach (var (name, arguments) in turn.Calls)
        {
            yield return Event("content_block_start", new()
            {
                ["index"] = index,
                ["content_block"] = new JsonObject { ["type"] = "tool_use", ["id"] = $"toolu_{Guid.NewGuid():N}", ["name"] = name, ["input"] = new JsonObject() },
            });
            foreach (var half in Halves(arguments))
            {
                yield return Event("content_block_delta", new()
                {
                    ["index"] = index,
                    ["delta"] = new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = half },
                });
            }

            yield return Event("content_block_stop", new() { ["index"] = index++ });
        }

        yield return Event("message_delta", new()
        {
            ["delta"] = new JsonObject { ["stop_reason"] = Reason(turn), ["stop_sequence"] = null },
            ["usage"] = new JsonObject { ["output_tokens"] = 20 },
        });
        yield return Event("message_stop", []);
    }

    public JsonObject Whole(ModelTurn turn) => Message([new JsonObject { ["type"] = "text", ["text"] = turn.Text }], Reason(turn));

    public JsonObject Error(int status, string message) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = status == 401 ? "authentication_error" : status == 529 ? "overloaded_error" : "api_error", ["message"] = message },
    };

    public static string[] Halves(string text) => [text[..(text.Length / 2)], text[(text.Length / 2)..]];

    private static string Reason(ModelTurn turn) => turn.Calls.Length > 0 ? "tool_use" : "end_turn";

    private static JsonObject Message(JsonArray content, string? reason) => new()
    {
        ["id"] = "msg_1",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = "test-model",
        ["content"] = content,
        ["stop_reason"] = reason,
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = 100, ["output_tokens"] = 20 },
    };

    private static (string? Kind, string Data) Event(string type, JsonObject data)
    {
        data["type"] = type;
        return (type, data.ToJsonString());
    }
}

/// <summary>The chat completions API of OpenAI.</summary>
internal sealed class OpenAIWire : IModelWire
{
    public IEnumerable<(string? Kind, string Data)> Events(ModelTurn turn)
    {
        foreach (var half in turn.Text.Length == 0 ? [] : AnthropicWire.Halves(turn.Text))
        {
            yield return Chunk(new JsonObject { ["role"] = "assistant", ["content"] = half }, reason: null);
        }

        if (turn.IsUnfinished)
        {
            yield break;
        }

        foreach (var (index, (name, arguments)) in turn.Calls.Index())
        {
            var halves = AnthropicWire.Halves(arguments);
            yield return Chunk(Call(index, new JsonObject { ["name"] = name, ["arguments"] = halves[0] }, $"call_{Guid.NewGuid():N}"), reason: null);
            yield return Chunk(Call(index, new JsonObject { ["arguments"] = halves[1] }, id: null), reason: null);
        }

        yield return Chunk([], Reason(turn));
        var usage = Body("chat.completion.chunk", []);
        usage["usage"] = Usage();
        yield return (null, usage.ToJsonString());
        yield return (null, "[DONE]");
    }

    public JsonObject Whole(ModelTurn turn)
    {
        var body = Body("chat.completion", [
            new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = turn.Text },
                ["finish_reason"] = Reason(turn),
            },
        ]);
        body["usage"] = Usage();
        return body;
    }

    public JsonObject Error(int status, string message) => new()
    {
        ["error"] = new JsonObject { ["message"] = message, ["type"] = "error", ["code"] = status == 401 ? "invalid_api_key" : "error" },
    };

    private static string Reason(ModelTurn turn) => turn.Calls.Length > 0 ? "tool_calls" : "stop";

    private static JsonObject Usage() => new() { ["prompt_tokens"] = 100, ["completion_tokens"] = 20, ["total_tokens"] = 120 };

    private static JsonObject Call(int index, JsonObject function, string? id)
    {
        var call = new JsonObject { ["index"] = index, ["function"] = function };
        if (id is not null)
        {
            (call["id"], call["type"]) = (id, "function");
        }

        return new JsonObject { ["tool_calls"] = new JsonArray(call) };
    }

    private static (string? Kind, string Data) Chunk(JsonObject delta, string? reason) => (null, Body("chat.completion.chunk", [
        new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = reason },
    ]).ToJsonString());

    private static JsonObject Body(string kind, JsonArray choices) => new()
    {
        ["id"] = "chatcmpl-1",
        ["object"] = kind,
        ["created"] = 1_790_000_000,
        ["model"] = "test-model",
        ["choices"] = choices,
    };
}
