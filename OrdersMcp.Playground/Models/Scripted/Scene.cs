using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OrdersMcp.Playground.Prompts;

namespace OrdersMcp.Playground.Models.Scripted;

/// <summary>What the rules see: the last prompt, the results since then, the tools, and today's date.</summary>
internal sealed record Scene(string Prompt, IReadOnlyList<SceneResult> Results, IReadOnlySet<string> Tools, DateOnly Today)
{
    /// <summary>Reads the messages that a model is given.</summary>
    public static Scene Of(IReadOnlyList<ChatMessage> messages, IEnumerable<AITool> tools)
    {
        var last = messages.Index().LastOrDefault(message => message.Item.Role == ChatRole.User);
        var since = messages.Skip(last.Index).ToArray();
        var calls = since.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToDictionary(call => call.CallId, StringComparer.Ordinal);
        var system = messages.FirstOrDefault(message => message.Role == ChatRole.System)?.Text ?? "";
        return new Scene(
            last.Item?.Text ?? "",
            [.. since.SelectMany(message => message.Contents).OfType<FunctionResultContent>()
                .Where(result => calls.ContainsKey(result.CallId))
                .Select(result => SceneResult.Of(calls[result.CallId].Name, result))],
            tools.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal),
            SystemPrompt.DateIn(system) ?? DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
    }

    /// <summary>The last result of a tool; null if it was not called.</summary>
    public SceneResult? Last(string tool) => Results.LastOrDefault(result => result.Tool == tool);

    /// <summary>The beginning of a day, as the tools take it.</summary>
    public string DaysAgo(int days) => Today.AddDays(-days).ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture);
}

/// <summary>The result of a call, as a model reads it.</summary>
/// <param name="Tool">The name of the tool.</param>
/// <param name="IsError">Whether the tool reports an error.</param>
/// <param name="Text">The text without its label.</param>
/// <param name="Json">The text as JSON; null if it is not.</param>
/// <param name="Untrusted">The fields that the label names as written by other people.</param>
internal sealed record SceneResult(string Tool, bool IsError, string Text, JsonNode? Json, IReadOnlyList<string> Untrusted)
{
    public static SceneResult Of(string tool, FunctionResultContent result)
    {
        var given = result.Result switch { string text => text, null => "", var other => other.ToString() ?? "" };
        var data = DataLabel.Read(given) ?? new LabelledData(given, []);
        return new SceneResult(tool, result.Exception is not null, data.Text, Parse(data.Text), data.Untrusted);
    }

    /// <summary>What an error says, in one sentence.</summary>
    public string Reason => Json?["detail"]?.GetValue<string>() ?? Json?["title"]?.GetValue<string>() ?? Text;

    /// <summary>The items of a list; empty if there is none.</summary>
    public IReadOnlyList<JsonNode> Items(string name = "items") => Json?[name] is JsonArray items ? [.. items.OfType<JsonNode>()] : [];

    private static JsonNode? Parse(string text)
    {
        try
        {
            // A note of the server can follow the JSON.
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
            return JsonNode.Parse(ref reader) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What the scripted model does next: it says something, calls tools, or both.</summary>
internal sealed record Step(string Say, IReadOnlyList<(string Tool, JsonObject Arguments)> Calls)
{
    public static Step Answer(string say) => new(say, []);

    public static Step Call(string say, params (string Tool, JsonObject Arguments)[] calls) => new(say, calls);
}
