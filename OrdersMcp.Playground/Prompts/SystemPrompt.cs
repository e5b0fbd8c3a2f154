using System.Globalization;
using System.Text.RegularExpressions;

namespace OrdersMcp.Playground.Prompts;

/// <summary>The first message to the model: its task, today's date, the rules for data, and the MCP server's instructions.</summary>
internal static partial class SystemPrompt
{
    /// <summary>Writes the prompt.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="instructions">The instructions of the MCP server, if it gives any.</param>
    public static string Write(DateTimeOffset now, string? instructions)
    {
        var today = now.UtcDateTime;
        return $"""
            You help a person to work with the tools of an MCP server. Answer in the person's language, briefly and in plain sentences; use a table for lists.
            Today is {today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} ({today.ToString("dddd", CultureInfo.InvariantCulture)}), and the time is {today.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC. "Last week" means the last seven days unless the person says otherwise.
            Call tools for everything that you do not know, several at once if they do not depend on each other. If a call fails, read the error: correct the call, or tell the person. A person is asked by the program before a change that needs it; do not ask twice.
            {DataLabel.Rule}
            {(string.IsNullOrWhiteSpace(instructions) ? "" : $"\nInstructions of the MCP server:\n{instructions.Trim()}")}
            """.ReplaceLineEndings("\n").TrimEnd();
    }

    /// <summary>The date in a prompt; null if it has none.</summary>
    public static DateOnly? DateIn(string prompt) =>
        Today().Match(prompt) is { Success: true } match
            ? DateOnly.ParseExact(match.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(@"Today is (?<date>\d{4}-\d{2}-\d{2})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Today();
}
