using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace OrdersMcp.Api.Telemetry;

/// <summary>
/// Summarizes SQL as its operations and their tables in order, such as <c>SELECT orders customers</c> (semantic conventions,
/// database spans, "Generating a summary of the query").
/// </summary>
internal static partial class QuerySummary
{
    private const int MaxSummaryLength = 255;

    /// <summary>The limit of the cache: more than the distinct statements of a service.</summary>
    private const int MaxCached = 1_000;

    private static readonly ConcurrentDictionary<string, string> Cache = new(StringComparer.Ordinal);

    public static string Of(string sql)
    {
        if (Cache.TryGetValue(sql, out var summary))
        {
            return summary;
        }

        summary = Summarize(sql);
        if (Cache.Count < MaxCached)
        {
            Cache.TryAdd(sql, summary);
        }

        return summary;
    }

    private static string Summarize(string sql)
    {
        var summary = new StringBuilder();
        var names = Ctes().Matches(sql).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var isTarget = false;
        var isList = false; // after a table in FROM, a comma introduces another
        foreach (Match token in Tokens().Matches(sql))
        {
            var word = token.Value;
            if (word[0] is '\'' or '-' or '/' or '@' or '$' || char.IsAsciiDigit(word[0]))
            {
                continue; // literals, comments and parameters are not part of a summary
            }

            switch (word.ToUpperInvariant())
            {
                case "SELECT" or "INSERT" or "DELETE" or "MERGE" or "TRUNCATE" or "COPY" or "CREATE" or "ALTER" or "DROP" or "CALL"
                    or "BEGIN" or "COMMIT" or "ROLLBACK" or "SAVEPOINT" or "RELEASE" or "LISTEN" or "NOTIFY" or "LOCK":
                    Append(word);
                    (isTarget, isList) = (word.ToUpperInvariant() is "TRUNCATE" or "COPY" or "CALL" or "LISTEN" or "NOTIFY", false);
                    break;
                case "SET" or "RESET" or "SHOW" when summary.Length == 0: // a separate statement, not the SET of an UPDATE
                    Append(word);
                    break;
                case "UPDATE":
                    // "FOR UPDATE" and "DO UPDATE SET" are not separate operations.
                    isTarget = !Before(sql, token.Index, "FOR", "DO", "KEY", "ON");
                    if (isTarget)
                    {
                        Append(word);
                    }

                    isList = false;
                    break;
                case "FROM" or "JOIN" or "INTO" or "USING":
                    (isTarget, isList) = (true, false);
                    break;
                case "TABLE" or "ONLY" or "IF" or "NOT" or "EXISTS" or "LATERAL":
                    break;
                case ",":
                    (isTarget, isList) = (isList, false);
                    break;
                case "(" or ")" or ";":
                    (isTarget, isList) = (false, word == ")" && isList);
                    break;
                case "AS":
                    break;
                case "WHERE" or "SET" or "ON" or "ORDER" or "GROUP" or "LIMIT" or "VALUES" or "RETURNING" or "HAVING" or "OFFSET" or "UNION":
                    (isTarget, isList) = (false, false);
                    break;
                default:
                    if (isTarget && !IsCall(sql, token.Index + token.Length) && !names.Contains(word))
                    {
                        Append(word);
                    }

                    isList |= isTarget;
                    isTarget = false;
                    break;
            }
        }

        return summary.Length == 0 ? "postgresql" : summary.ToString();

        void Append(string word)
        {
            if (summary.Length + 1 + word.Length <= MaxSummaryLength)
            {
                summary.Append(summary.Length == 0 ? "" : " ").Append(word);
            }
        }
    }

    /// <summary>Whether the name is a function and not a table. The columns of an INSERT come after a space.</summary>
    private static bool IsCall(string sql, int end) => end < sql.Length && sql[end] == '(';

    private static bool Before(string sql, int index, params ReadOnlySpan<string> words)
    {
        var text = sql.AsSpan(0, index).TrimEnd();
        foreach (var word in words)
        {
            if (text.EndsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Strings, quoted and qualified names, comments, parameters, words, and significant punctuation.</summary>
    [GeneratedRegex("""'(''|[^'])*'|--[^\n]*|/\*.*?\*/|[@$:]\w+|("[^"]+"|[A-Za-z_]\w*)(\.("[^"]+"|[A-Za-z_]\w*))*|\d[\w.]*|[(),;]""",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tokens();

    [GeneratedRegex("""(WITH(\s+RECURSIVE)?|,)\s+(?<name>\w+)(\s*\([^)]*\))?\s+AS\s+(NOT\s+)?(MATERIALIZED\s*)?\(""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ctes();
}
