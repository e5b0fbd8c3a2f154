using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using OrdersMcp.ServiceDefaults.Authentication.AccessTokens;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>Turns authorization failures into responses that OAuth clients understand.</summary>
internal sealed class AccessDenialResults(IAccessDenialWriter writer) : IAuthorizationMiddlewareResultHandler
{
    private const string WhereFrom =
        "Send an access token as 'Authorization: Bearer …' or an API key as 'X-API-Key: …'.";

    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        await RefuseAsync(context, writer, authorizeResult.Forbidden
            ? AccessDenial.InsufficientScope(CallerRequirementHandler.ScopesOf(context))
            : Unauthenticated(context, (await context.AuthenticateAsync()).Failure)); // already done; the result is cached
    }

    /// <summary>Responds to a denied request.</summary>
    public static Task RefuseAsync(HttpContext context, IAccessDenialWriter writer, AccessDenial denial)
    {
        context.Response.StatusCode = denial.Status;
        if (denial.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }
        else if (denial.Status == StatusCodes.Status401Unauthorized || denial.Error is not null)
        {
            context.Response.Headers.WWWAuthenticate = denial.Challenge(writer.ResourceMetadata(context));
        }

        return writer.WriteAsync(context, denial);
    }

    private AccessDenial Unauthenticated(HttpContext context, Exception? failure)
    {
        var scopes = CallerRequirementHandler.ScopesOf(context) is { Count: > 0 } needed ? needed : writer.FirstScopes(context);
        return failure switch
        {
            IssuerUnavailableException => new AccessDenial(
                StatusCodes.Status503ServiceUnavailable, Error: null,
                "The token cannot be checked now because its issuer does not respond. Try again in a few seconds.", scopes),
            TokenRefusedException or KeyRefusedException => new AccessDenial(
                StatusCodes.Status401Unauthorized, "invalid_token",
                $"Not authenticated: {failure.Message}.", scopes),
            NoCredentialException exception => new AccessDenial(
                StatusCodes.Status401Unauthorized, Error: null, $"Not authenticated: {exception.Message}. {WhereFrom}", scopes),
            _ => new AccessDenial(
                StatusCodes.Status401Unauthorized, Error: null, $"Not authenticated: a credential is needed. {WhereFrom}", scopes),
        };
    }
}
