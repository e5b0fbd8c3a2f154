using System.Text.Json;
using Microsoft.Extensions.AI;

namespace OrdersMcp.Playground.Prompts;

/// <summary>
/// Estimates tokens: four characters each. Providers report what they count themselves, but only afterwards; this is for requests
/// that are not sent yet, for answers that broke off, for results, and for models that report nothing.
/// </summary>
internal static class TokenEstimate
{
    private const int CharactersPerToken = 4;

    /// <summary>The estimated number of tokens.</summary>
    public static int Of(string text) => (text.Length + CharactersPerToken - 1) / CharactersPerToken;

    /// <summary>The estimated number of tokens of everything that a model reads: the messages and the tools.</summary>
    public static long Of(IEnumerable<ChatMessage> messages, IEnumerable<AITool> tools) =>
        messages.SelectMany(message => message.Contents).Sum(content => Of(content)) + tools.Sum(tool => Of(tool));

    /// <summary>The estimated number of tokens of the pieces of an answer.</summary>
    public static long Of(IEnumerable<ChatResponseUpdate> updates) =>
        (updates.SelectMany(update => update.Contents).Sum(content => CharactersOf(content)) + CharactersPerToken - 1) / CharactersPerToken;

    /// <summary>The number of characters that have about so many tokens.</summary>
    public static int Characters(int tokens) => tokens * CharactersPerToken;

    private static long Of(AIContent content) => (CharactersOf(content) + CharactersPerToken - 1) / CharactersPerToken;

    private static long Of(AITool tool) =>
        Of(tool.Name) + Of(tool.Description) + (tool is AIFunctionDeclaration function ? Of(function.JsonSchema.GetRawText()) : 0);

    private static long CharactersOf(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent reasoning => reasoning.Text.Length,
        FunctionCallContent call => call.Name.Length + JsonSerializer.Serialize(call.Arguments).Length,
        FunctionResultContent { Result: string result } => result.Length,
        _ => 0,
    };
}
