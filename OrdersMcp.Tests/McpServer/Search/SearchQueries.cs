namespace OrdersMcp.Tests.McpServer.Search;

/// <summary>
/// Requests to a public API with the operations that fulfil them: one request per line, a tab, and operations of the same
/// effect separated by <c>|</c>. The files <c>unseen</c> were written after the ranking.
/// </summary>
internal static class SearchQueries
{
    public static (string Request, string[] Operations)[] Of(string api) =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "McpServer", "Search", $"{api}.tsv"))
            .Select(line => line.Split('\t'))
            .Select(parts => (parts[0], parts[1].Split('|'))),
    ];
}
