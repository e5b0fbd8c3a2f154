using System.Collections.Frozen;
using System.Text;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog.Skills;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>The MCP features of all APIs besides tools. For duplicate items the first configured API wins.</summary>
internal sealed class CatalogCapabilities
{
    public static readonly CatalogCapabilities Empty = Of([]);

    /// <summary>Every conversation pays for the instructions, so their size is limited.</summary>
    private const int MostInstructionBytes = 4 * 1024;

    private readonly FrozenDictionary<string, ChangeSource> _changes;

    private CatalogCapabilities(IReadOnlyCollection<(string Api, ApiCapabilities Capabilities)> apis, string? instructions)
    {
        Skills = new SkillSet(apis.SelectMany(api => api.Capabilities.Guide is { } guide ? api.Capabilities.Skills.Append(guide) : api.Capabilities.Skills));
        AppsByUri = apis.SelectMany(api => api.Capabilities.Apps).DistinctBy(app => app.Uri).ToFrozenDictionary(app => app.Uri, StringComparer.Ordinal);
        ResourcesByUri = apis.SelectMany(api => api.Capabilities.Resources)
            .Concat(Skills.All.Select(skill => new FixedResource(skill.Main.Definition, skill.Main.Text!)))
            .DistinctBy(resource => resource.Definition.Uri)
            .ToFrozenDictionary(resource => resource.Definition.Uri, StringComparer.Ordinal);
        Resources = [.. ResourcesByUri.Values.Select(resource => resource.Definition).OrderBy(resource => resource.Uri, StringComparer.Ordinal)];
        OperationResources = [.. apis.SelectMany(api => api.Capabilities.Templates).DistinctBy(template => template.Uri.Text)];
        Templates = [.. OperationResources.Select(template => template.Definition).OrderBy(template => template.UriTemplate, StringComparer.Ordinal)];
        PromptsByName = apis.SelectMany(api => api.Capabilities.Prompts).DistinctBy(prompt => prompt.Definition.Name)
            .ToFrozenDictionary(prompt => prompt.Definition.Name, StringComparer.Ordinal);
        Prompts = [.. PromptsByName.Values.Select(prompt => prompt.Definition).OrderBy(prompt => prompt.Name, StringComparer.Ordinal)];
        _changes = apis.Where(api => api.Capabilities.Changes is not null)
            .ToFrozenDictionary(api => api.Api, api => api.Capabilities.Changes!, StringComparer.Ordinal);
        Instructions = InstructionsOf([.. apis.Select(api => api.Capabilities.Instructions).Prepend(instructions).OfType<string>()]);
    }

    /// <summary>The skills; each <c>SKILL.md</c> is also in the list of resources.</summary>
    public SkillSet Skills { get; }

    /// <summary>The apps, which no list contains.</summary>
    public FrozenDictionary<string, AppResource> AppsByUri { get; }

    public FrozenDictionary<string, FixedResource> ResourcesByUri { get; }

    /// <summary>The answer of <c>resources/list</c>, sorted by URI.</summary>
    public IReadOnlyList<Resource> Resources { get; }

    public IReadOnlyList<OperationResource> OperationResources { get; }

    /// <summary>The answer of <c>resources/templates/list</c>, sorted by template.</summary>
    public IReadOnlyList<ResourceTemplate> Templates { get; }

    public FrozenDictionary<string, CatalogPrompt> PromptsByName { get; }

    /// <summary>The answer of <c>prompts/list</c>, sorted by name.</summary>
    public IReadOnlyList<Prompt> Prompts { get; }

    /// <summary>Tells a model how to work with all tools; null if no document contains instructions.</summary>
    public string? Instructions { get; }

    /// <param name="apis">The features of each API.</param>
    /// <param name="instructions">The instructions from the settings, or null.</param>
    public static CatalogCapabilities Of(IEnumerable<(string Api, ApiCapabilities Capabilities)> apis, string? instructions = null) => new([.. apis], instructions);

    /// <summary>The change stream of an API, or null.</summary>
    public ChangeSource? ChangesOf(string api) => _changes.GetValueOrDefault(api);

    /// <summary>The API that reports changes of a resource, and the normalized URI; null if there is none.</summary>
    public (string Api, string Key)? WatchOf(string uri)
    {
        foreach (var (api, source) in _changes)
        {
            foreach (var template in source.Resources)
            {
                if (template.Match(uri) is { } values)
                {
                    var i = 0;
                    return (api, template.Fill(_ => values[i++]));
                }
            }
        }

        return null;
    }

    private static string? InstructionsOf(string[] texts)
    {
        if (texts.Length == 0)
        {
            return null;
        }

        var text = string.Join("\n\n", texts);
        var length = text.Length;
        while (Encoding.UTF8.GetByteCount(text) > MostInstructionBytes)
        {
            length = Math.Min(length - 1, MostInstructionBytes);
            text = BoundedText.Of(text, length);
            length -= length / 10;
        }

        return text;
    }
}
