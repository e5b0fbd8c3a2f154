using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Schemas;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>The responses in a tool's description (<c>DescribeResponses</c>): a line each, optionally with schemas.</summary>
internal static class ResponseTexts
{
    private const int LongestDescription = 200;
    private const int LongestSchema = 1000;
    private const int LongestOfAll = 6000;
    private const int SchemaBudget = 2 * 1024;

    /// <summary>The responses with a description.</summary>
    public static string Of(IEnumerable<ApiResponse> responses) => string.Concat(
        responses.Where(response => !string.IsNullOrWhiteSpace(response.Description)).Select(Line));

    /// <summary>The responses with their schemas; a repeated schema is a reference to the earlier response.</summary>
    public static string WithSchemas(ApiDocument document, IEnumerable<ApiResponse> responses)
    {
        var text = new StringBuilder();
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var response in responses)
        {
            var schema = SchemaOf(document, response);
            if (schema is null && string.IsNullOrWhiteSpace(response.Description))
            {
                continue;
            }

            var line = Line(response);
            if (schema is not null)
            {
                line += said.TryGetValue(schema, out var earlier) ? $" Schema as {earlier}." : $" Schema: {schema}";
                said.TryAdd(schema, response.Status);
            }

            if (text.Length + line.Length > LongestOfAll)
            {
                break;
            }

            text.Append(line);
        }

        return text.ToString();
    }

    private static string Line(ApiResponse response) => string.IsNullOrWhiteSpace(response.Description)
        ? $"\n{response.Status}:"
        : $"\n{response.Status}: {BoundedText.Of(response.Description, LongestDescription)}";

    /// <summary>A short form of a JSON response's schema; only the property names if it is too long.</summary>
    private static string? SchemaOf(ApiDocument document, ApiResponse response)
    {
        if (response is not { IsJson: true, Schema.ValueKind: JsonValueKind.Object })
        {
            return null;
        }

        var writer = new SchemaWriter(document, SchemaDirection.Output, SchemaBudget, isBrief: true);
        var root = writer.WriteRoot(response.Schema);
        writer.Complete(root);
        var text = root.ToJsonString(ReadableJson.Options);
        return text.Length <= LongestSchema ? text
            : root["properties"] is JsonObject properties ? BoundedText.Of($"an object with {string.Join(", ", properties.Select(property => property.Key))}", LongestSchema)
            : BoundedText.Of(text, LongestSchema);
    }
}
