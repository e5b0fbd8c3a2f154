using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OrdersMcp.Playground.Prompts;

namespace OrdersMcp.Playground.Models.Scripted;

/// <summary>
/// Answers by rules where no model is configured. It goes through the same loop as a model: it sees only the messages and the
/// tools that it is given, asks for calls, and reads their results.
/// </summary>
/// <param name="pause">The pause between two words.</param>
/// <param name="time">The clock of the pauses.</param>
internal sealed class ScriptedModel(TimeSpan pause, TimeProvider time) : IChatClient
{
    /// <summary>The name in telemetry.</summary>
    public const string ModelName = "scripted-rules";

    private static readonly ChatClientMetadata Metadata = new("scripted", providerUri: null, ModelName);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatMessage[] all = [.. messages];
        var scene = Scene.Of(all, options?.Tools ?? []);
        var step = Script.Next(scene);
        var response = Guid.NewGuid().ToString("N");
        foreach (var word in Words(step.Say))
        {
            yield return Update(new TextContent(word));
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }

        foreach (var (tool, arguments) in step.Calls)
        {
            yield return Update(new FunctionCallContent($"call_{Guid.NewGuid():N}", tool, arguments.ToDictionary(
                argument => argument.Key, argument => (object?)JsonSerializer.SerializeToElement(argument.Value), StringComparer.Ordinal)));
        }

        var last = Update(new UsageContent(new UsageDetails
        {
            InputTokenCount = TokenEstimate.Of(all, options?.Tools ?? []),
            OutputTokenCount = TokenEstimate.Of(step.Say) + step.Calls.Sum(call => TokenEstimate.Of(call.Arguments.ToJsonString())),
        }));
        last.FinishReason = step.Calls.Count > 0 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        yield return last;

        ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content])
        {
            ModelId = ModelName,
            ResponseId = response,
            MessageId = response,
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ChatClientMetadata) ? Metadata
            : serviceKey is null && serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // It holds nothing.
    }

    /// <summary>The words of a text, each with the white space before it.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var letter in text)
        {
            if (char.IsWhiteSpace(letter) && word.Length > 0 && !char.IsWhiteSpace(word[^1]))
            {
                yield return word.ToString();
                word.Clear();
            }

            word.Append(letter);
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }
}
