using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Prompts;

/// <summary>Answers <c>prompts/get</c>: the text of a prompt with its arguments, which the user wrote.</summary>
internal sealed class PromptFiller(ToolCatalog catalog)
{
    private const int LongestValue = 1000;

    /// <exception cref="McpProtocolException">
    /// There is no such prompt, or its arguments are invalid; the message lists all problems.
    /// </exception>
    public async ValueTask<GetPromptResult> GetAsync(GetPromptRequestParams request, CancellationToken cancellationToken)
    {
        var prompts = (await catalog.GetAsync(cancellationToken)).Capabilities.PromptsByName;
        if (!prompts.TryGetValue(request.Name ?? "", out var prompt))
        {
            throw new McpProtocolException(
                $"There is no prompt '{BoundedText.Of(request.Name ?? "", 60)}'. prompts/list names all prompts.", McpErrorCode.InvalidParams);
        }

        var values = Check(prompt, request.Arguments ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal));
        return new GetPromptResult
        {
            Description = prompt.Definition.Description,
            Messages = [new PromptMessage { Role = Role.User, Content = new TextContentBlock { Text = Fill(prompt.Description.Text, values) } }],
        };
    }

    private static Dictionary<string, string> Check(CatalogPrompt prompt, IDictionary<string, JsonElement> arguments)
    {
        var problems = new List<string>();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in prompt.Description.Arguments)
        {
            var value = arguments.TryGetValue(argument.Name, out var given) ? TextOf(given)?.Trim() : "";
            if (value is null)
            {
                problems.Add($"'{argument.Name}' must be a string.");
            }
            else if (value.Length > LongestValue)
            {
                problems.Add($"'{argument.Name}' has {value.Length} characters; at most {LongestValue} are taken.");
            }
            else if (value.Length == 0)
            {
                problems.AddRange(argument.Required ? [$"'{argument.Name}' is required."] : []);
            }
            else if (argument.Values.Count > 0 && !argument.Values.Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add($"'{argument.Name}' must be one of {string.Join(", ", argument.Values)}.");
            }
            else
            {
                values[argument.Name] = value;
            }
        }

        var names = prompt.Description.Arguments.Select(argument => argument.Name).ToArray();
        foreach (var unknown in arguments.Keys.Except(names, StringComparer.Ordinal).Take(10))
        {
            var nearest = NearestName.Of(unknown, names);
            problems.Add($"There is no argument '{BoundedText.Of(unknown, 60)}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")}");
        }

        return problems.Count == 0
            ? values
            : throw new McpProtocolException(
                $"The arguments of the prompt '{prompt.Definition.Name}' are wrong. {string.Join(' ', problems)}", McpErrorCode.InvalidParams);
    }

    /// <summary>The protocol defines arguments as texts; a number or boolean is read as its text.</summary>
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Null => "",
        _ => null,
    };

    /// <summary>A missing argument is empty; the text explains what that means.</summary>
    private static string Fill(string text, Dictionary<string, string> values) => string.Concat(
        PathTemplate.Parse(text).Select(piece => piece.IsParameter ? OneLine(values.GetValueOrDefault(piece.Text, "")) : piece.Text));

    /// <summary>A value must not add lines, control characters or invisible format characters to the text.</summary>
    private static string OneLine(string value)
    {
        var line = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator)
            {
                line.Append(' ');
            }
            else if (category is not UnicodeCategory.Format)
            {
                line.Append(rune);
            }
        }

        return line.ToString();
    }
}
