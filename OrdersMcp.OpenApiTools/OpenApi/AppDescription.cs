using System.Text.Json;
using System.Text.RegularExpressions;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// An app in <c>x-mcp.apps</c>: HTML that clients show with the results of the operations whose <c>x-mcp.app</c> names it
/// (MCP Apps, 2026-01-26).
/// </summary>
internal sealed partial record AppDescription(string Name, string? Title, string? Description, string Html)
{
    private const int Most = 20;
    private const int LongestHtml = 256 * 1024;

    /// <summary>The apps of a document. Unusable apps are omitted, and <paramref name="warn"/> receives the reason.</summary>
    /// <param name="extension">The document's <c>x-mcp</c>.</param>
    /// <param name="warn">Receives the warnings.</param>
    public static IReadOnlyList<AppDescription> ReadAll(JsonElement extension, Action<string> warn)
    {
        var read = new List<AppDescription>();
        foreach (var (app, i) in extension.Member("apps").Items().Select((app, i) => (app, i)))
        {
            var (name, html) = (app.Text("name"), app.Text("html"));
            var problem = i >= Most ? $"there are {Most} before it."
                : name is null || !Names().IsMatch(name) ? "its name must be 1 to 60 small letters, digits and hyphens."
                : read.Exists(other => other.Name == name) ? "another one has its name."
                : string.IsNullOrWhiteSpace(html) || html.Length > LongestHtml ? $"it needs html, of at most {LongestHtml} characters."
                : null;
            if (problem is null)
            {
                read.Add(new AppDescription(name!, app.Text("title"), app.Text("description"), html!));
            }
            else
            {
                warn($"apps[{i}]{(name is null ? "" : $" ({BoundedText.Of(name, 60)})")} is no app: {problem}");
            }
        }

        return read;
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,60}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Names();
}
