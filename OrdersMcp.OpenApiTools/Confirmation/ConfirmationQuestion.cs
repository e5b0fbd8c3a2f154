using System.Text.Json;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>The question for a person: the document's text, filled from the preview, or title and subject.</summary>
/// <param name="Title">The tool's title.</param>
/// <param name="Template">The document's text; null if it is missing or unusable.</param>
/// <param name="Subject">The arguments that identify the subject of the call.</param>
internal sealed record ConfirmationQuestion(string Title, MessageTemplate? Template, IReadOnlyList<string> Subject)
{
    /// <param name="arguments">The arguments of the call.</param>
    /// <param name="preview">The answer of the preview; undefined if there is none.</param>
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
    /// The label of the checkbox: the words of the question if it starts with a short one ("Cancel order 3? It is pending."
    /// becomes "Yes, cancel order 3"), otherwise the tool's title.
    /// </summary>
    /// <param name="question">The result of <see cref="Ask"/>.</param>
    public string Consent(string question)
    {
        const int Longest = 80;
        var end = question.IndexOf('?', StringComparison.Ordinal);
        var action = end is > 0 and <= Longest && !question.AsSpan(0, end).Contains('.') ? question[..end] : Title;
        return $"Yes, {char.ToLowerInvariant(action[0])}{action[1..]}";
    }
}
