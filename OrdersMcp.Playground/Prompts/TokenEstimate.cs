namespace OrdersMcp.Playground.Prompts;

/// <summary>
/// Estimates tokens: four characters each. Providers report what they count themselves; this is for results, which they do
/// not report, and for models that report nothing.
/// </summary>
internal static class TokenEstimate
{
    private const int CharactersPerToken = 4;

    /// <summary>The estimated number of tokens.</summary>
    public static int Of(string text) => (text.Length + CharactersPerToken - 1) / CharactersPerToken;

    /// <summary>The number of characters that have about so many tokens.</summary>
    public static int Characters(int tokens) => tokens * CharactersPerToken;
}
