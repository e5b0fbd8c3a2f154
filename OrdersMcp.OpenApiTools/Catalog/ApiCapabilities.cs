using OrdersMcp.OpenApiTools.Catalog.Skills;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>The MCP features of one API besides its tools.</summary>
internal sealed record ApiCapabilities
{
    public static readonly ApiCapabilities None = new();

    /// <summary>Tells a model how to work with the tools.</summary>
    public string? Instructions { get; init; }

    public IReadOnlyList<FixedResource> Resources { get; init; } = [];

    public IReadOnlyList<OperationResource> Templates { get; init; } = [];

    public IReadOnlyList<CatalogPrompt> Prompts { get; init; } = [];

    public ChangeSource? Changes { get; init; }

    public IReadOnlyList<AppResource> Apps { get; init; } = [];

    /// <summary>The instructions and the guide of the document as a skill, or null.</summary>
    public Skill? Guide { get; init; }

    /// <summary>The skills in the API's folder.</summary>
    public IReadOnlyList<Skill> Skills { get; init; } = [];
}
