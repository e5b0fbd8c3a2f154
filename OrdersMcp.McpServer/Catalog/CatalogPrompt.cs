using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>A prompt of the catalog.</summary>
/// <param name="Definition">What clients see of it.</param>
/// <param name="Description">Its text and arguments.</param>
/// <param name="Completions">Where the values of an argument come from, by its name.</param>
internal sealed record CatalogPrompt(
    Prompt Definition, PromptDescription Description, IReadOnlyDictionary<string, CompletionSource> Completions);
