using System.Text.Json;

namespace OrdersMcp.McpServer.Confirmation;

/// <summary>
/// What a person is asked: the document's text, filled from the preview, or the tool's title with what it is for.
/// </summary>
/// <param name="Title">The tool's title.</param>
/// <param name="Template">The document's text; null where it has none, or an unusable one.</param>
/// <param name="Subject">The arguments that say what the call is about.</param>
internal sealed record ConfirmationQuestion(string Title, MessageTemplate? Template, IReadOnlyList<string> Subject)
{
    /// <param name="arguments">Those of the call.</param>
    /// <param name="preview">What the preview answered; undefined where there is none.</param>
    public string Ask(IDictionary<string, JsonElement> arguments, JsonElement preview)
    {
        if (Template is not null && Template.Fields.Any())
        {
            return Template.Fill(preview);
        }

        var subject = string.Join(", ", Subject.Where(arguments.ContainsKey)
            .Select(name => $"{name} {MessageTemplate.Show(arguments[name])}"));
        var text = Template?.Fill(preview) ?? $"{Title}?";
        return subject.Length == 0 ? text : $"{text} ({subject})";
    }

    /// <summary>
    /// What the person agrees to, beside the box: the question's own words where it begins with a short question
    /// ("Cancel order 3? It is pending." becomes "Yes, cancel order 3"), else the tool's title.
    /// </summary>
    /// <param name="question">What <see cref="Ask"/> returned.</param>
    public string Consent(string question)
    {
        const int Longest = 80;
        var end = question.IndexOf('?', StringComparison.Ordinal);
        var action = end is > 0 and <= Longest && !question.AsSpan(0, end).Contains('.') ? question[..end] : Title;
        return $"Yes, {char.ToLowerInvariant(action[0])}{action[1..]}";
    }
}
