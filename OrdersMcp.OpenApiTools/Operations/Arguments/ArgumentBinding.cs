using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>Where a tool's argument goes in the request.</summary>
/// <param name="Argument">The argument's name.</param>
/// <param name="Place">The part of the request.</param>
/// <param name="Name">The name in that part: for the body, the property; null if the argument is the whole body.</param>
/// <param name="Style">How the value is serialized.</param>
/// <param name="IsJson">Whether the value is sent as JSON text.</param>
/// <param name="IsFile">Whether the value is base64-encoded bytes.</param>
/// <param name="ContentType">The media type of a part of a multipart body, if the document specifies it.</param>
/// <param name="File">The arguments for the file's name and media type, or null.</param>
internal sealed record ArgumentBinding(
    string Argument,
    ArgumentPlace Place,
    string? Name,
    ParameterStyle Style = default,
    bool IsJson = false,
    bool IsFile = false,
    string? ContentType = null,
    FileArguments? File = null);

/// <summary>The names of the arguments that hold a file's name and media type.</summary>
internal sealed record FileArguments(string Name, string MediaType);

internal enum ArgumentPlace
{
    Path,
    Query,
    Header,
    Cookie,
    Body,

    /// <summary>The name or media type of a file in the body.</summary>
    File,

    /// <summary>The <c>Idempotency-Key</c> header, which is sent even if the argument is absent.</summary>
    IdempotencyKey,
}
