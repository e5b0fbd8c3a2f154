using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>
/// The answer of a search: the found tools, with as much of their schemas as a token budget allows. The best tools have
/// priority, and every tool has at least the names of its arguments.
/// </summary>
internal static class SearchAnswer
{
    /// <summary>The maximum cost of an answer in tokens. With the error of the estimate, at most 2,500.</summary>
    public const int TokenBudget = 2400;

    private const int MostNames = 30;
    private const double ShareOfOne = 0.6;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tools, best first, and the names of some more.</summary>
    public static string Of(IReadOnlyList<OperationTool> tools, IEnumerable<string> more)
    {
        var also = new JsonArray([.. more.Select(name => (JsonNode)name)]);
        var answer = new JsonObject();
        var entries = tools.Select(tool => Forms(tool)[^1]()).ToArray();
        var isShortened = tools.Select(_ => true).ToArray();
        var costs = entries.Select(Cost).ToArray();
        var left = TokenBudget - costs.Sum() - Cost(also) - 60; // for the note
        for (var i = 0; i < tools.Count; i++)
        {
            var limit = tools.Count == 1 ? int.MaxValue : (int)(TokenBudget * ShareOfOne);
            foreach (var (form, index) in Forms(tools[i])[..^1].Select((form, index) => (form, index)))
            {
                var entry = form();
                var cost = Cost(entry);
                if (cost <= limit && cost - costs[i] <= left)
                {
                    left -= cost - costs[i];
                    entries[i] = entry;
                    isShortened[i] = index > 0;
                    break;
                }
            }
        }

        answer["tools"] = new JsonArray([.. entries]);
        if (also.Count > 0)
        {
            answer["also"] = also;
        }

        if (tools.Count == 0)
        {
            answer["note"] = "No tool matches. Describe what you want to do in other words.";
        }
        else if (isShortened.Contains(true))
        {
            answer["note"] = $"Schemas marked shortened leave something out. {OwnTools.Search} with the name of a tool as query tells more of it, and with argument all of one argument.";
        }

        return answer.ToJsonString(Readable);
    }

    /// <summary>One argument of a tool, or null if the tool does not have it.</summary>
    public static string? OfArgument(OperationTool tool, string path)
    {
        var root = tool.Definition.InputSchema;
        var schema = new SchemaSketch(root, 0, 0).Find(path);
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        JsonObject? answer = null;
        foreach (var (deepest, description) in new[] { (8, 1000), (6, 300), (4, 120), (3, 60), (2, 0), (1, 0), (0, 0) })
        {
            answer = new JsonObject { ["name"] = tool.Definition.Name, ["argument"] = path, ["schema"] = new SchemaSketch(root, deepest, description).Write(schema) };
            if (Cost(answer) <= TokenBudget)
            {
                return answer.ToJsonString(Readable);
            }
        }

        var names = schema.Member("properties").Members().Select(property => property.Name);
        answer!["schema"] = new JsonObject { ["type"] = "object", ["properties"] = BoundedText.Of(string.Join(", ", names), TokenBudget) };
        return answer.ToJsonString(Readable);
    }

    /// <summary>The forms of a tool, from complete to shortest.</summary>
    private static Func<JsonObject>[] Forms(OperationTool tool)
    {
        var schema = tool.Definition.InputSchema;
        return
        [
            () => Entry(tool, 400, JsonNode.Parse(schema.GetRawText()), isShortened: false),
            () => Sketch(3, 100),
            () => Sketch(2, 50),
            () => Sketch(1, 0),
            () => Entry(tool, 120, schema: null, isShortened: true),
        ];

        JsonObject Sketch(int deepest, int description) => Entry(tool, 200, new SchemaSketch(schema, deepest, description).Write(schema), isShortened: true);
    }

    private static JsonObject Entry(OperationTool tool, int description, JsonNode? schema, bool isShortened)
    {
        var definition = tool.Definition;
        var entry = new JsonObject
        {
            ["name"] = definition.Name,
            ["description"] = BoundedText.Of(Describe(definition.Title, definition.Description), description),
        };
        if (definition.Annotations?.ReadOnlyHint is not true)
        {
            entry["changesSomething"] = true;
        }

        if (schema is not null)
        {
            entry["inputSchema"] = schema;
            if (isShortened)
            {
                entry["shortened"] = true;
            }
        }
        else
        {
            entry["arguments"] = Arguments(definition.InputSchema);
        }

        return entry;
    }

    /// <summary>Adds the title if the description does not start with it.</summary>
    private static string Describe(string? title, string? description) =>
        title is null || description is null || description.StartsWith(title, StringComparison.OrdinalIgnoreCase)
            ? description ?? title ?? ""
            : $"{title}. {description}";

    private static string Arguments(JsonElement schema)
    {
        var required = schema.Member("required").Texts().ToArray();
        var optional = schema.Member("properties").Members().Select(argument => argument.Name).Except(required, StringComparer.Ordinal).ToArray();
        var names = optional.Length == 0 ? "" : $"optional {string.Join(", ", optional.Take(MostNames))}{(optional.Length > MostNames ? $" and {optional.Length - MostNames} more" : "")}";
        return BoundedText.Of(
            required.Length == 0 ? names.Length == 0 ? "none" : names : $"required {string.Join(", ", required)}{(names.Length == 0 ? "" : $"; {names}")}", 600);
    }

    private static int Cost(JsonNode node) => ToolCost.Count(node.ToJsonString(Readable)) + 2;
}
