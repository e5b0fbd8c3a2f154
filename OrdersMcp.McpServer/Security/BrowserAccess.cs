using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OrdersMcp.McpServer.Http;

namespace OrdersMcp.McpServer.Security;

/// <summary>
/// Has browsers let pages read answers (CORS) where <see cref="OriginRule"/> lets the pages call: of the endpoint, and of the
/// document that tells how to get a token. For all other pages and paths there is no policy, and no header.
/// </summary>
internal sealed class BrowserAccess(IOptions<McpEndpointOptions> options) : ICorsPolicyProvider
{
    /// <summary>Chromium remembers no longer.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(2);

    private readonly CorsPolicy _policy = new CorsPolicyBuilder()
        .SetIsOriginAllowed(static _ => true) // decided below, where the request is known
        .WithMethods(HttpMethods.Post, HttpMethods.Get, HttpMethods.Delete)
        .AllowAnyHeader()
        .WithExposedHeaders(HeaderNames.WWWAuthenticate, HeaderNames.RetryAfter, McpHttpHeaders.ProtocolVersion, McpHttpHeaders.SessionId)
        .SetPreflightMaxAge(Remembered)
        .Build();

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var path = context.Request.Path;
        var isRead = path.StartsWithSegments(options.Value.Path) || path.StartsWithSegments(ProtectedResource.WellKnown);
        return Task.FromResult(isRead && OriginRule.Allows(context.Request, options.Value.AllowedOrigins) ? _policy : null);
    }
}
