namespace OrdersMcp.Api.OpenApi;

/// <summary>
/// What an operation tells an MCP server that makes a tool of it, as <c>x-mcp</c> in the OpenAPI document.
/// </summary>
/// <param name="Scope">What a caller must be allowed to.</param>
/// <param name="Confirm">Whether a person should agree first: it destroys what cannot be brought back.</param>
internal sealed record McpExtension(string Scope, bool Confirm = false);

internal static class McpExtensionSetup
{
    /// <summary>Declares a reading operation.</summary>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new McpExtension("orders.read"));

    /// <summary>Declares a writing operation.</summary>
    public static RouteHandlerBuilder Writes(this RouteHandlerBuilder endpoint, bool confirm = false) =>
        endpoint.WithMetadata(new McpExtension("orders.write", confirm));
}
