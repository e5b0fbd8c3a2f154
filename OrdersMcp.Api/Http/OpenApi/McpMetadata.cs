namespace OrdersMcp.Api.Http.OpenApi;

// Metadata of an operation for MCP servers, written to its x-mcp in the OpenAPI document
// (docs/decisions/0006-the-document-carries-its-mcp-face.md).

/// <summary>The operation does not become a tool. It may still serve a resource, a completion or a task.</summary>
internal sealed record McpHidden;

/// <summary>MCP clients can read the response of this GET as a resource.</summary>
/// <param name="Uri">The resource URI, with the path parameters by name.</param>
/// <param name="Complete">For each parameter that can be completed, the operation that completes it.</param>
internal sealed record McpResource(string Uri, params IReadOnlyList<(string Parameter, string Operation)> Complete);

/// <summary>A person must confirm the operation first, because it cannot be undone.</summary>
/// <param name="Message">The question; fields in braces come from the preview.</param>
/// <param name="Preview">The operation that shows what will change, or null.</param>
/// <param name="Repeat">The argument that a client without dialogs repeats to confirm, or null.</param>
internal sealed record McpConfirmation(string Message, string? Preview = null, string? Repeat = null);

/// <summary>Names the app of the document in which MCP clients can show the response.</summary>
/// <param name="Name">The name of the app.</param>
internal sealed record McpApp(string Name);

/// <summary>The operation responds with 202 and a job.</summary>
/// <param name="Get">The operation that reads the job.</param>
/// <param name="Cancel">The operation that cancels it.</param>
/// <param name="Resource">The resource URI of the result.</param>
/// <param name="Parameter">The name of the job id parameter in all three.</param>
internal sealed record McpTask(string Get, string Cancel, string Resource, string Parameter);

internal static class McpMetadataSetup
{
    /// <summary>Declares an operation for programs, which does not become a tool.</summary>
    public static RouteHandlerBuilder HiddenFromTools(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new McpHidden());

    /// <summary>Declares that the response is readable as a resource.</summary>
    public static RouteHandlerBuilder AsResource(
        this RouteHandlerBuilder endpoint, string uri, params (string Parameter, string Operation)[] complete) =>
        endpoint.WithMetadata(new McpResource(uri, complete));

    /// <summary>Declares that an app can show the response.</summary>
    public static RouteHandlerBuilder ShownIn(this RouteHandlerBuilder endpoint, string app) => endpoint.WithMetadata(new McpApp(app));

    /// <summary>Declares that a person must confirm first.</summary>
    public static RouteHandlerBuilder Confirmed(
        this RouteHandlerBuilder endpoint, string message, string? preview = null, string? repeat = null) =>
        endpoint.WithMetadata(new McpConfirmation(message, preview, repeat));
}
