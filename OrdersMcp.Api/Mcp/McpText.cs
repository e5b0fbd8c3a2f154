namespace OrdersMcp.Api.Mcp;

/// <summary>The texts for models and people: Markdown files in this folder, embedded in the assembly.</summary>
internal static class McpText
{
    /// <exception cref="InvalidOperationException">The text does not exist.</exception>
    public static string Read(string name)
    {
        using var stream = typeof(McpText).Assembly.GetManifestResourceStream($"mcp/{name}")
            ?? throw new InvalidOperationException($"The text {name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd();
    }
}
