namespace OrdersMcp.Tests.McpServer.Search;

/// <summary>
/// Requests to a public API, each with the operations that do it: one line each, with a tab between and <c>|</c> between
/// operations of the same effect. Those of the files <c>unseen</c> were written after the ranking was made.
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
