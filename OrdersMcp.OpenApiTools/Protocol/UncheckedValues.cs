using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>Reads values of unvalidated messages.</summary>
internal static class UncheckedValues
{
    /// <summary>The text, or null if the value is not a text.</summary>
    public static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
