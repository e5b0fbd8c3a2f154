using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.Api.Authorization;

internal static class CallerSetup
{
    public static void AddCaller(this IHostApplicationBuilder builder)
    {
        builder.AddCallerAuthentication<ProblemAccessDenials>();

        // Endpoints receive the caller as a parameter. Only the context is injected, so only it reads the ambient request.
        // Outside a request there is no caller: background work opens its own context from the factory.
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped(provider =>
        {
            var request = provider.GetRequiredService<IHttpContextAccessor>().HttpContext
                ?? throw new InvalidOperationException("A scoped context belongs to a request. Open one from the factory.");
            return provider.GetRequiredService<IDbContextFactory<OrdersDbContext>>().OpenContext(Caller.CustomerOf(request.User));
        });
    }

    /// <summary>Every endpoint requires a caller with the scopes that its operation declares.</summary>
    public static void UseCaller(this WebApplication app) =>
        app.UseCallerAuthentication(between => between.UseMiddleware<OnBehalfOfMiddleware>());
}

/// <summary>Writes access denials as problem details.</summary>
internal sealed class ProblemAccessDenials : IAccessDenialWriter
{
    public string? ResourceMetadata(HttpContext context) => null; // callers are services and API keys, not OAuth clients acting for users

    public IReadOnlyList<string> FirstScopes(HttpContext context) => [];

    public Task WriteAsync(HttpContext context, AccessDenial denial)
    {
        var (type, title) = denial.Status switch
        {
            StatusCodes.Status401Unauthorized => ("unauthenticated", "Not authenticated"),
            StatusCodes.Status503ServiceUnavailable => ("issuer-unavailable", "Token issuer unavailable"),
            _ when denial.Error == "insufficient_scope" => ("insufficient-scope", "Insufficient scope"),
            _ => ("forbidden", "Forbidden"),
        };
        return denial.Scopes.Count == 0
            ? Problems.Create(denial.Status, type, title, denial.Detail).ExecuteAsync(context)
            : Problems.Create(denial.Status, type, title, denial.Detail, ("scopes", denial.Scopes.ToArray())).ExecuteAsync(context);
    }
}
