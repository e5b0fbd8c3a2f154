using OrdersMcp.Api.Http.Errors;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.Api.Authorization;

/// <summary>The scope that an operation requires of its caller. The OpenAPI document states it in <c>x-mcp</c>.</summary>
internal sealed record RequiredScope(string Name) : IRequiresScopes
{
    public IReadOnlyList<string> Scopes { get; } = [Name];
}

internal static class Scopes
{
    /// <summary>Declares an operation that reads.</summary>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequiredScope("orders.read"));

    /// <summary>Declares an operation that writes.</summary>
    public static RouteHandlerBuilder Writes(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequiredScope("orders.write"));

    /// <summary>Declares an operation for administrators. A caller bound to a customer never is one.</summary>
    public static RouteHandlerBuilder Administers(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new RequiredScope("orders.admin"))
        .RefusesBoundCallers();

    /// <summary>Declares an operation that covers all customers and cannot be limited to one.</summary>
    public static RouteHandlerBuilder RefusesBoundCallers(this RouteHandlerBuilder endpoint) => endpoint
        .AddEndpointFilter(async (invocation, next) =>
            Caller.CustomerOf(invocation.HttpContext.User) is null
                ? await next(invocation)
                : Problems.Create(
                    StatusCodes.Status403Forbidden,
                    "forbidden",
                    "Forbidden",
                    "This operation covers all customers; your credential is limited to one."));
}
