namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>The content of <c>tools/list</c>; the configuration section <c>Mcp:ToolList</c>.</summary>
public sealed class ToolListOptions
{
    /// <summary>Unless set, all tools, with a warning if they cost more than the budget.</summary>
    public ToolListMode? Mode { get; set; }

    /// <summary>The maximum cost of the list for a model, in tokens. 20,000 unless set.</summary>
    public int TokenBudget { get; set; } = 20_000;

    /// <summary>The names of tools that the list shows in addition to the search.</summary>
    public List<string> Pinned { get; set; } = [];
}

/// <summary>How clients find tools.</summary>
public enum ToolListMode
{
    /// <summary>The list contains every tool.</summary>
    All,

    /// <summary>The list contains a search tool, a tool that calls the found tools, and the pinned tools.</summary>
    Search,

    /// <summary>
    /// The list contains every tool that the caller may use if they fit the budget; otherwise that of the search.
    /// </summary>
    Auto,
}
