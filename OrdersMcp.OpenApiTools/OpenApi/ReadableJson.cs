using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>JSON for a model or a person, not for HTML: quotes and letters are not escaped.</summary>
internal static class ReadableJson
{
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same for whole documents, whose schemas nest deeper than other JSON.</summary>
    public static readonly JsonSerializerOptions OfDocuments = new(Options) { MaxDepth = 512 };
}
