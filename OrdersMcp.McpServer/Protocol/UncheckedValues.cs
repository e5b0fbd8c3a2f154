using System.Text.Json.Nodes;

namespace OrdersMcp.McpServer.Protocol;

/// <summary>Values of messages that have not been checked.</summary>
internal static class UncheckedValues
{
    /// <summary>The text, or null where it is none.</summary>
    public static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
