using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>Reads JSON of any shape: a missing member, or a member of another kind, reads as nothing.</summary>
internal static class LenientJson
{
    public static JsonElement Member(this JsonElement node, string name) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(this JsonElement node, string name) =>
        node.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static bool? Flag(this JsonElement node, string name) => node.Member(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static IEnumerable<JsonProperty> Members(this JsonElement node) =>
        node.ValueKind == JsonValueKind.Object ? node.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    public static IEnumerable<JsonElement> Items(this JsonElement node) =>
        node.ValueKind == JsonValueKind.Array ? node.EnumerateArray() : Enumerable.Empty<JsonElement>();

    public static IEnumerable<string> Texts(this JsonElement node) =>
        node.Items().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!);

    /// <summary>How many bytes the value takes in the document.</summary>
    public static int Size(this JsonElement node) => JsonMarshal.GetRawUtf8Value(node).Length;
}
