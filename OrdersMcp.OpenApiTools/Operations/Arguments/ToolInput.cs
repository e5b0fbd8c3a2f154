using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>
/// The input of a tool: the parameters of its operation and the properties of its body as one object, and the place of each
/// in the request.
/// </summary>
/// <param name="Schema">The schema of the arguments.</param>
/// <param name="Bindings">Where each argument goes.</param>
/// <param name="Nullable">The arguments that can also be sent as null, although their schema omits it.</param>
/// <param name="BodyMediaType">The media type of the body, or null if there is none.</param>
internal sealed record ToolInput(
    JsonObject Schema, IReadOnlyList<ArgumentBinding> Bindings, IReadOnlySet<string> Nullable, string? BodyMediaType)
{
    /// <summary>Writes the arguments as an XML body, or null if they are not sent as one.</summary>
    public XmlBody? Xml { get; init; }

    /// <summary>Other names that callers may use for the arguments.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The values sent for arguments that callers do not see.</summary>
    public IReadOnlyDictionary<string, JsonElement> Preset { get; init; } = FrozenDictionary<string, JsonElement>.Empty;

    public static ToolInput Of(ApiDocument document, ApiOperation operation, Action<string> warn)
    {
        var arguments = new ArgumentList(document);
        ParameterArguments.AddTo(arguments, operation.Parameters);
        XmlBody? xml = null;
        if (operation.Body is { } body)
        {
            xml = MediaTypes.IsXml(MediaTypes.Essence(body.MediaType)) ? XmlBody.Of(document, body.Schema) : null;
            new BodyArguments(arguments, operation.Method, body, xml, warn).Add();
        }

        return new ToolInput(arguments.Complete(warn), arguments.Bindings, arguments.Nullable, operation.Body?.MediaType) { Xml = xml, Aliases = arguments.Aliases };
    }
}
