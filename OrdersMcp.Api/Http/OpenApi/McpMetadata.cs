namespace OrdersMcp.Api.Http.OpenApi;

// What an operation tells an MCP server, which becomes its x-mcp in the OpenAPI document
// (docs/decisions/0006-the-document-carries-its-mcp-face.md).

/// <summary>The operation is no tool; it may still serve a resource, a completion or a task.</summary>
internal sealed record McpHidden;

/// <summary>The answer of a GET is readable under an address.</summary>
/// <param name="Uri">The address, with each parameter of the path by its name.</param>
/// <param name="Complete">By the name of a parameter, the operation that completes it.</param>
internal sealed record McpResource(string Uri, params IReadOnlyList<(string Parameter, string Operation)> Complete);

/// <summary>A person should agree first: the operation destroys what cannot be brought back.</summary>
/// <param name="Message">What the person is asked; fields in braces are filled from the preview.</param>
/// <param name="Preview">The operation that shows what is about to change; null where there is none.</param>
/// <param name="Repeat">The argument that a client repeats which cannot ask; null where there is none.</param>
internal sealed record McpConfirmation(string Message, string? Preview = null, string? Repeat = null);

/// <summary>The operation answers 202 with a job.</summary>
/// <param name="Get">The operation that reads the job.</param>
/// <param name="Cancel">The operation that cancels it.</param>
/// <param name="Resource">Where the job's result is read.</param>
/// <param name="Parameter">The parameter of all three that takes the job's id.</param>
internal sealed record McpTask(string Get, string Cancel, string Resource, string Parameter);

internal static class McpMetadataSetup
{
    /// <summary>Declares an operation that is for programs, not a tool.</summary>
    public static RouteHandlerBuilder HiddenFromTools(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new McpHidden());

    /// <summary>Declares that the answer is readable as a resource.</summary>
    public static RouteHandlerBuilder AsResource(
        this RouteHandlerBuilder endpoint, string uri, params (string Parameter, string Operation)[] complete) =>
        endpoint.WithMetadata(new McpResource(uri, complete));

    /// <summary>Declares that a person should agree first.</summary>
    public static RouteHandlerBuilder Confirmed(
        this RouteHandlerBuilder endpoint, string message, string? preview = null, string? repeat = null) =>
        endpoint.WithMetadata(new McpConfirmation(message, preview, repeat));
}
