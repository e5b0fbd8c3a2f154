using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>Requires an authenticated (or admitted anonymous) caller with the scopes that the endpoint needs.</summary>
internal sealed class CallerRequirement : IAuthorizationRequirement;

/// <summary>Checks the <see cref="CallerRequirement"/>.</summary>
internal sealed class CallerRequirementHandler(CallerAccess access) : AuthorizationHandler<CallerRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, CallerRequirement requirement)
    {
        if (context.User.Identity?.IsAuthenticated is true && access.Has(context.User, ScopesOf(context.Resource as HttpContext)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    public static IReadOnlyList<string> ScopesOf(HttpContext? context) =>
        context?.GetEndpoint()?.Metadata.GetMetadata<IRequiresScopes>()?.Scopes ?? [];
}
