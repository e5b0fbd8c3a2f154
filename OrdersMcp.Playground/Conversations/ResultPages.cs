using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OrdersMcp.Playground.Prompts;

namespace OrdersMcp.Playground.Conversations;

/// <summary>
/// Gives the model large results in pages, with a tool of its own. The pages live as long as the request: after that the model
/// calls the tool again.
/// </summary>
internal sealed class ResultPages(int pageTokens)
{
    /// <summary>The name of the tool.</summary>
    public const string ToolName = "read_result_page";

    /// <summary>The tool, as the model sees it.</summary>
    public static readonly AIFunctionDeclaration Tool = AIFunctionFactory.CreateDeclaration(
        ToolName,
        "Reads a further page of a result that was too long. Only if you need it: a narrower call is better.",
        JsonSerializer.Deserialize<JsonElement>(
            """
            {
              "type": "object",
              "properties": {
                "resultId": { "type": "string", "description": "From the note below the first page." },
                "page": { "type": "integer", "minimum": 2, "description": "The number of the page." }
              },
              "required": ["resultId", "page"],
              "additionalProperties": false
            }
            """));

    private readonly Dictionary<string, (string Text, IReadOnlyList<string> Untrusted)> _kept = new(StringComparer.Ordinal);
    private readonly int _size = TokenEstimate.Characters(pageTokens);

    /// <summary>The first page of a result, as the model reads it.</summary>
    /// <param name="text">The result.</param>
    /// <param name="untrusted">The fields that other people wrote.</param>
    /// <param name="next">The number of the next page; null if there is none.</param>
    public string First(string text, IReadOnlyList<string> untrusted, out int? next)
    {
        if (text.Length <= _size)
        {
            next = null;
            return DataLabel.Wrap(text, untrusted);
        }

        string id;
        lock (_kept)
        {
            id = $"r{_kept.Count + 1}";
            _kept[id] = (text, untrusted);
        }

        next = 2;
        return Page(id, text, untrusted, 1);
    }

    /// <summary>Reads a page.</summary>
    /// <param name="arguments">The arguments of the model.</param>
    /// <param name="isError">Whether there is no such page.</param>
    public string Read(JsonObject arguments, out bool isError)
    {
        (string Text, IReadOnlyList<string> Untrusted) kept;
        var id = arguments["resultId"] is JsonValue text && text.TryGetValue<string>(out var given) ? given : "";
        var page = arguments["page"] is JsonValue number && number.TryGetValue<int>(out var wanted) ? wanted : 0;
        lock (_kept)
        {
            isError = !_kept.TryGetValue(id, out kept) || page < 1 || page > Count(kept.Text);
        }

        return !isError ? Page(id, kept.Text, kept.Untrusted, page)
            : kept.Text is null ? "There is no such result any more. Call its tool again, with narrower arguments if possible."
            : $"The result {id} has the pages 1 to {Count(kept.Text)}.";
    }

    private string Page(string id, string text, IReadOnlyList<string> untrusted, int page)
    {
        var (from, to) = (Boundary(text, (page - 1) * _size), Boundary(text, page * _size));
        var count = Count(text);
        var more = page < count ? $" The next one is {ToolName} with resultId {id} and page {page + 1}." : "";
        return $"{DataLabel.Wrap(text[from..to], untrusted)}\nThis is page {page} of {count} of a long result.{more}";
    }

    private int Count(string text) => (text.Length + _size - 1) / _size;

    /// <summary>Keeps the halves of a character together.</summary>
    private static int Boundary(string text, int at) =>
        at >= text.Length ? text.Length : at > 0 && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}
