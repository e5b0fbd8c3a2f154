namespace OrdersMcp.McpServer.Catalog;

/// <summary>What MCP shows of one API besides its tools.</summary>
internal sealed record ApiCapabilities
{
    public static readonly ApiCapabilities None = new();

    /// <summary>How a model should work with the tools.</summary>
    public string? Instructions { get; init; }

    public IReadOnlyList<FixedResource> Resources { get; init; } = [];

    public IReadOnlyList<OperationResource> Templates { get; init; } = [];

    public IReadOnlyList<CatalogPrompt> Prompts { get; init; } = [];

    public ChangeSource? Changes { get; init; }
}
