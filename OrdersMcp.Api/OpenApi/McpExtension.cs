using OrdersMcp.Api.Errors;
using OrdersMcp.Api.Identity;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.Api.OpenApi;

/// <summary>
/// What an operation tells an MCP server that makes a tool of it, as <c>x-mcp</c> in the OpenAPI document.
/// </summary>
/// <param name="Scope">What a caller must be allowed to.</param>
/// <param name="Confirm">Whether a person should agree first: it destroys what cannot be brought back.</param>
internal sealed record McpExtension(string Scope, bool Confirm = false) : IRequiresScopes
{
    /// <summary>What the API itself asks of a caller.</summary>
    public IReadOnlyList<string> Scopes { get; } = [Scope];
}

internal static class McpExtensionSetup
{
    /// <summary>Declares a reading operation.</summary>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new McpExtension("orders.read"));

    /// <summary>Declares an operation of those who run the service.</summary>
    public static RouteHandlerBuilder Administers(this RouteHandlerBuilder endpoint, bool confirm = false) =>
        endpoint.WithMetadata(new McpExtension("orders.admin", confirm))
            .AddEndpointFilter(async (invocation, next) =>
                invocation.HttpContext.RequestServices.GetRequiredService<Caller>().CustomerId is null
                    ? await next(invocation)
                    : Problems.Answer(
                        StatusCodes.Status403Forbidden,
                        "forbidden",
                        "Forbidden",
                        "A caller that is bound to a customer does not run the service."));

    /// <summary>Declares a writing operation.</summary>
    public static RouteHandlerBuilder Writes(this RouteHandlerBuilder endpoint, bool confirm = false) =>
        endpoint.WithMetadata(new McpExtension("orders.write", confirm));
}
