namespace OrdersMcp.McpServer.Configuration;

/// <summary>What the settings say of one tool, in place of the document.</summary>
public sealed class ToolOptions
{
    public string? Name { get; set; }

    public string? Title { get; set; }

    public string? Description { get; set; }

    /// <summary>Whether the operation is no tool; the server itself may still call it.</summary>
    public bool Hide { get; set; }

    /// <summary>Arguments that callers do not see, by the names of the parameters or properties. They are not sent unless preset.</summary>
    public List<string> HideArguments { get; set; } = [];

    /// <summary>Values that are sent whatever a caller says, as JSON or as text, by the same names. Callers do not see these arguments.</summary>
    public Dictionary<string, string> Preset { get; set; } = new(StringComparer.Ordinal);
}
