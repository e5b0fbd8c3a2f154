namespace OrdersMcp.McpServer.Configuration;

/// <summary>What <c>tools/list</c> shows; the configuration section <c>Mcp:ToolList</c>.</summary>
public sealed class ToolListOptions
{
    /// <summary>Unless set, all tools, with a warning where they cost more than the budget.</summary>
    public ToolListMode? Mode { get; set; }

    /// <summary>How many tokens the list may cost a model. 20,000 unless set.</summary>
    public int TokenBudget { get; set; } = 20_000;

    /// <summary>The names of tools that are listed beside the search.</summary>
    public List<string> Pinned { get; set; } = [];
}

/// <summary>How clients find tools.</summary>
public enum ToolListMode
{
    /// <summary>The list has every tool.</summary>
    All,

    /// <summary>The list has a tool that searches, one that calls what was found, and the pinned tools.</summary>
    Search,

    /// <summary>The list has every tool that the caller may use where these cost no more than the budget; else it is that of the search.</summary>
    Auto,
}
