using System.CommandLine;
using OrdersMcp.McpServer.Text;

namespace OrdersMcp.McpServer.Hosting.Commands;

/// <summary>
/// Tells settings from mistakes among the arguments that are no option of a command. A setting has a value, and a colon in
/// its name or a name of its own; a word, or an option without a value, is a mistake.
/// </summary>
internal static class UnknownArguments
{
    /// <summary>Settings without a section that are set on command lines.</summary>
    private static readonly string[] Settings =
        ["urls", "environment", "contentRoot", "webroot", "applicationName", "http_ports", "https_ports", "AllowedHosts"];

    /// <summary>What is wrong with each, and what it may have meant.</summary>
    public static IEnumerable<string> In(ParseResult parsed, RootCommand root)
    {
        var command = parsed.CommandResult.Command;
        string[] words = command == root ? [.. root.Subcommands.Select(each => each.Name)] : [];
        string[] options = [.. command.Options.Concat(root.Options).Select(option => option.Name).Distinct(StringComparer.Ordinal)];
        var tokens = parsed.UnmatchedTokens;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var equals = token.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 && token[..Math.Min(1, token.Length)] is not ("-" or "/"))
            {
                yield return Unknown(token, words, words.Length == 0 ? "is not expected here" : "is not a command");
                continue;
            }

            var hasValue = equals > 0;
            if (!hasValue && i + 1 < tokens.Count && !tokens[i + 1].StartsWith('-'))
            {
                hasValue = true;
                i++;
            }

            if (Problem(equals > 0 ? token[..equals] : token, hasValue, options) is { } problem)
            {
                yield return problem;
            }
        }
    }

    private static string? Problem(string option, bool hasValue, string[] options)
    {
        var name = option.TrimStart('-', '/');
        if (name.Contains(':', StringComparison.Ordinal) || Settings.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return hasValue ? null : $"'{option}' is a setting and needs a value.";
        }

        string[] candidates = [.. options, .. Settings.Select(setting => $"--{setting}")];
        return hasValue && NearestName.Of(option, candidates) is null ? null : Unknown(option, candidates, "is not an option");
    }

    private static string Unknown(string given, string[] candidates, string problem) =>
        $"'{given}' {problem}.{(NearestName.Of(given, candidates) is { } nearest ? $" Did you mean '{nearest}'?" : "")}";
}
