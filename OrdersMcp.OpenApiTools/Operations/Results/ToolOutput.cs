using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Schemas;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>The answer of a tool when its call succeeds.</summary>
/// <param name="Schema">The schema of the structured content, or null if there is none.</param>
/// <param name="IsWrapped">
/// Whether the API's answer is in the property <c>result</c>: clients of the handshake era accept only objects.
/// </param>
/// <param name="Untrusted">The paths of the untrusted fields.</param>
internal sealed record ToolOutput(JsonElement? Schema, bool IsWrapped, IReadOnlyList<string> Untrusted)
{
    /// <summary>The property for an answer that does not match the relaxed schema.</summary>
    public const string UnexpectedProperty = "unexpectedAnswer";

    /// <summary>The property for an answer that is not an object.</summary>
    public const string WrapperProperty = "result";

    /// <summary>An output schema is for programs; a model needs no more of it than this.</summary>
    private const int SchemaBudget = 16 * 1024;

    private static readonly ToolOutput None = new(Schema: null, IsWrapped: false, Untrusted: []);

    /// <summary>Whether the document declares the answer as JSON, whatever its content type.</summary>
    public bool IsJson { get; init; }

    /// <summary>
    /// Whether a caller gets the version of the answer; the version of a job that a task waits for is useless.
    /// </summary>
    public bool TellsVersion { get; init; } = true;

    /// <summary>Whether the document declares a redirect as a successful answer.</summary>
    public bool CanRedirect { get; init; }

    public static ToolOutput Of(ApiDocument document, ApiOperation operation, OutputSchemas kind, Action<string> warn) =>
        SchemaOf(document, operation, kind, warn) with
        {
            IsJson = operation.Success is { IsJson: true },
            CanRedirect = operation.Responses.Any(response => response.Status.StartsWith('3') && response.Status != "304"),
        };

    private static ToolOutput SchemaOf(ApiDocument document, ApiOperation operation, OutputSchemas kind, Action<string> warn)
    {
        if (operation.Success is not { IsJson: true, Schema.ValueKind: JsonValueKind.Object } success)
        {
            return None;
        }

        // If a success can have different forms (200 or 204, for example), no single schema fits every answer.
        if (kind == OutputSchemas.None
            || operation.Responses.Any(other => other.Status.StartsWith('2') && other != success && !IsSame(other, success)))
        {
            return None with { Untrusted = document.Untrusted.In(success.Schema) };
        }

        var writer = new SchemaWriter(document, SchemaDirection.Output, SchemaBudget, kind == OutputSchemas.Brief);
        var isWrapped = !ObjectShape.IsObject(document, success.Schema);
        JsonObject root;
        if (isWrapped)
        {
            root = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { [WrapperProperty] = writer.Write(success.Schema) },
                ["required"] = new JsonArray(WrapperProperty),
            };
        }
        else
        {
            root = writer.WriteRoot(success.Schema);
            root["type"] = "object";
        }

        writer.Complete(root);
        NullableTypes.Split(root);
        if (kind == OutputSchemas.Relaxed)
        {
            RelaxedSchemas.Relax(root);
        }

        foreach (var warning in writer.Warnings.Distinct(StringComparer.Ordinal))
        {
            warn(warning);
        }

        if (writer.IsTruncated)
        {
            warn($"The output schema is larger than {SchemaBudget / 1024} KiB or nested too deep; its deepest parts allow any value.");
        }

        return new ToolOutput(
            JsonSerializer.SerializeToElement(root), isWrapped,
            document.Untrusted.In(success.Schema, isWrapped ? WrapperProperty : ""));
    }

    private static bool IsSame(ApiResponse one, ApiResponse other) =>
        one.IsJson && one.Schema.ValueKind == JsonValueKind.Object && JsonElement.DeepEquals(one.Schema, other.Schema);
}
