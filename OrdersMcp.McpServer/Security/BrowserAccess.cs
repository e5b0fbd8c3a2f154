using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OrdersMcp.OpenApiTools.Http;

namespace OrdersMcp.McpServer.Security;

/// <summary>
/// The CORS policy: browsers let pages read answers if <see cref="OriginRule"/> lets the pages call. It covers the endpoint
/// and the document that describes how to get a token. Other pages and paths get no policy and no headers.
/// </summary>
internal sealed class BrowserAccess(IOptions<McpEndpointOptions> options) : ICorsPolicyProvider
{
    /// <summary>Chromium's maximum.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(2);

    private readonly CorsPolicy _policy = new CorsPolicyBuilder()
        .SetIsOriginAllowed(static _ => true) // GetPolicyAsync decides, because it has the request
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
