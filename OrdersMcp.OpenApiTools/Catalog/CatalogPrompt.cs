using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>A prompt of the catalog.</summary>
/// <param name="Definition">The definition for clients.</param>
/// <param name="Description">Its text and arguments.</param>
/// <param name="Completions">The sources of values, by argument name.</param>
internal sealed record CatalogPrompt(
    Prompt Definition, PromptDescription Description, IReadOnlyDictionary<string, CompletionSource> Completions);
