using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Operations.Arguments;

/// <summary>Where a tool's argument goes in the request.</summary>
/// <param name="Argument">Its name as an argument.</param>
/// <param name="Place">The part of the request.</param>
/// <param name="Name">Its name there; for the body the property, or null where the argument is the whole body.</param>
/// <param name="Style">How it is written there.</param>
/// <param name="IsJson">Whether it is written as JSON text.</param>
/// <param name="IsFile">Whether it is base64 of bytes.</param>
/// <param name="ContentType">The media type of a part of a multipart body, where the document gives one.</param>
/// <param name="File">The arguments that say more of a file, or null.</param>
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

    /// <summary>What is said of a file in the body.</summary>
    File,

    /// <summary>The header <c>Idempotency-Key</c>, which gets a value even where the argument is absent.</summary>
    IdempotencyKey,
}
