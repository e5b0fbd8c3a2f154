namespace OrdersMcp.McpServer.OpenApi;

internal static class BoundedText
{
    /// <summary>The text, or as many of its whole sentences or words as fit.</summary>
    public static string Of(string text, int maxLength)
    {
        text = text.Trim();
        if (text.Length <= maxLength)
        {
            return text;
        }

        var cut = text[..(maxLength - 1)];
        var sentence = cut.LastIndexOf(". ", StringComparison.Ordinal);
        if (sentence > maxLength / 2)
        {
            return cut[..(sentence + 1)];
        }

        var word = cut.LastIndexOf(' ');
        return $"{(word > maxLength / 2 ? cut[..word] : char.IsHighSurrogate(cut[^1]) ? cut[..^1] : cut)}…";
    }
}
