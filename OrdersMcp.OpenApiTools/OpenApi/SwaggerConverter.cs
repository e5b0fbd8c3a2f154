using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>Converts a Swagger 2.0 document to OpenAPI 3.0, with Microsoft's library.</summary>
internal static class SwaggerConverter
{
    /// <summary>Marks a list as not exploded, as <c>collectionFormat</c> says. The library omits this.</summary>
    public const string ExplodeExtension = "x-ordersmcp-explode";

    private const int MostWarnings = 20;

    /// <exception cref="ApiDocumentException">The library does not accept the document.</exception>
    public static ReadOnlyMemory<byte> Convert(ReadOnlyMemory<byte> json, Action<string> warn)
    {
        try
        {
            var (document, diagnostic) = OpenApiDocument.Parse(WithExplode(json), OpenApiConstants.Json);
            foreach (var error in (diagnostic?.Errors ?? []).Take(MostWarnings))
            {
                warn($"Swagger 2.0, {error.Pointer}: {error.Message}");
            }

            if (document is null)
            {
                throw new ApiDocumentException($"The Swagger 2.0 document cannot be read: {diagnostic?.Errors.FirstOrDefault()?.Message}");
            }

            var text = new StringWriter();
            document.SerializeAsV3(new OpenApiJsonWriter(text));
            return Encoding.UTF8.GetBytes(text.ToString());
        }
        catch (Exception exception) when (exception is OpenApiException or JsonException or InvalidOperationException or ArgumentException or FormatException or NullReferenceException)
        {
            throw new ApiDocumentException($"The Swagger 2.0 document cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>In Swagger 2.0, commas join the items of a list unless its format is <c>multi</c>.</summary>
    private static string WithExplode(ReadOnlyMemory<byte> json)
    {
        var root = JsonNode.Parse(json.Span, documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!;
        Mark(root);
        return root.ToJsonString(ReadableJson.OfDocuments);

        static void Mark(JsonNode? node)
        {
            foreach (var part in node switch { JsonObject json => json.Select(member => member.Value), JsonArray array => array, _ => [] })
            {
                Mark(part);
            }

            if (node is JsonObject parameter && TextOf(parameter, "in") is "query" && TextOf(parameter, "type") is "array"
                && TextOf(parameter, "collectionFormat") is not "multi")
            {
                parameter[ExplodeExtension] = false;
            }
        }

        static string? TextOf(JsonObject node, string name) =>
            node.TryGetPropertyValue(name, out var value) && value is JsonValue text && text.TryGetValue(out string? read) ? read : null;
    }
}
