using System.Text.Json.Nodes;

namespace OrdersMcp.McpServer.Protocol;

/// <summary>Reads values of unvalidated messages.</summary>
internal static class UncheckedValues
{
    /// <summary>The text, or null where the value is no text.</summary>
    public static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
