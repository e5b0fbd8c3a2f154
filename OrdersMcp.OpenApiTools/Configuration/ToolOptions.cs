namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>Settings for one tool, which override the document.</summary>
public sealed class ToolOptions
{
    public string? Name { get; set; }

    public string? Title { get; set; }

    public string? Description { get; set; }

    /// <summary>Whether the operation does not become a tool; the server may still call it.</summary>
    public bool Hide { get; set; }

    /// <summary>Arguments hidden from callers, by parameter or property name. They are not sent unless preset.</summary>
    public List<string> HideArguments { get; set; } = [];

    /// <summary>Values that are always sent, as JSON or text, by the same names. Callers do not see these arguments.</summary>
    public Dictionary<string, string> Preset { get; set; } = new(StringComparer.Ordinal);
}
