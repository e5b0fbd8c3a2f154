using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>Converts a Swagger 2.0 document to OpenAPI 3.0, with Microsoft's library.</summary>
internal static class SwaggerConverter
{
    private const int MostWarnings = 20;

    /// <param name="json">The document.</param>
    /// <param name="reading">The results of reading the document so far; receives warnings.</param>
    /// <exception cref="ApiDocumentException">The library does not accept the document.</exception>
    public static ReadOnlyMemory<byte> Convert(ReadOnlyMemory<byte> json, DocumentReading reading)
    {
        try
        {
            var root = JsonNode.Parse(json.Span, documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!.AsObject();
            SwaggerPreparation.Apply(root, reading.Unread, reading.Warnings.Add);
            var (document, diagnostic) = OpenApiDocument.Parse(root.ToJsonString(ReadableJson.OfDocuments), OpenApiConstants.Json);
            var errors = diagnostic?.Errors ?? [];
            reading.Warnings.AddRange(errors.Take(MostWarnings).Select(error =>
                $"Swagger 2.0{(string.IsNullOrEmpty(error.Pointer) ? "" : $", {error.Pointer}")}: {error.Message}"));
            if (errors.Count > MostWarnings)
            {
                reading.Warnings.Add($"Swagger 2.0: {errors.Count - MostWarnings} more warnings of this kind.");
            }

            if (document is null)
            {
                throw new ApiDocumentException($"The Swagger 2.0 document cannot be read: {errors.FirstOrDefault()?.Message}");
            }

            var text = new StringWriter();
            document.SerializeAsV3(new OpenApiJsonWriter(text));
            return DocumentText.WithoutControls(Encoding.UTF8.GetBytes(text.ToString())); // the library does not escape them
        }
        catch (Exception exception) when (exception is not ApiDocumentException)
        {
            // The library does not say what it throws for a document that it does not understand.
            throw new ApiDocumentException($"The Swagger 2.0 document cannot be read: {exception.Message}", exception);
        }
    }
}
