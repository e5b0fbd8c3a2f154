using System.Collections.Frozen;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>
/// Decides by schema which arguments cannot hold text that a person wrote: numbers, booleans, enumerations, dates and ids
/// are plain; other text is not.
/// </summary>
internal static class ArgumentPrivacy
{
    private static readonly FrozenSet<string> PlainFormats =
        new[] { "date", "date-time", "time", "duration", "uuid" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The arguments of a tool, and whether the values of each may be kept.</summary>
    public static FrozenDictionary<string, bool> PlainArguments(JsonElement inputSchema) => inputSchema.Member("properties").Members()
        .ToFrozenDictionary(property => property.Name, property => IsPlain(property.Value), StringComparer.Ordinal);

    private static bool IsPlain(JsonElement schema)
    {
        if (schema.Member("enum").ValueKind == JsonValueKind.Array || schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("const", out _))
        {
            return true;
        }

        var type = schema.Member("type");
        var types = type.ValueKind switch
        {
            JsonValueKind.String => [type.GetString()!],
            JsonValueKind.Array => type.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!).ToArray(),
            _ => [],
        };
        return types.Length > 0 && types.All(name => name switch
        {
            "integer" or "number" or "boolean" or "null" => true,
            "string" => schema.Text("format") is { } format && PlainFormats.Contains(format),
            "array" => IsPlain(schema.Member("items")),
            _ => false,
        });
    }
}
