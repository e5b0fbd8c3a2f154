using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>
/// Describes to OAuth clients where to get a token for this server (RFC 9728). Without an authorization server there is no
/// document.
/// </summary>
internal sealed class ProtectedResource(
    IOptions<CallerAuthenticationOptions> settings, IOptionsMonitor<JwtBearerOptions> tokens,
    IOptions<McpEndpointOptions> transport, IOptions<OpenApiToolsOptions> options, ToolCatalog catalog)
{
    public const string WellKnown = "/.well-known/oauth-protected-resource";

    private readonly JwtBearerOptions _tokens = tokens.Get(JwtBearerDefaults.AuthenticationScheme);

    private string[] AuthorizationServers => _tokens switch
    {
        { Authority: { Length: > 0 } authority } => [authority],
        _ => [.. _tokens.TokenValidationParameters.ValidIssuers ?? []],
    };

    /// <summary>The URL of the document, or null if there is none.</summary>
    public string? MetadataUrl(HttpRequest request)
    {
        if (AuthorizationServers.Length == 0)
        {
            return null;
        }

        var resource = new Uri(Identifier(request));
        return resource.GetLeftPart(UriPartial.Authority) + WellKnown + resource.AbsolutePath.TrimEnd('/');
    }

    /// <summary>The document, or null if there is none.</summary>
    public ProtectedResourceDocument? Describe(HttpRequest request) => AuthorizationServers is { Length: > 0 } servers
        ? new ProtectedResourceDocument(Identifier(request), servers, catalog.ReadScopes(), ["header"], ServerIdentity.Of(options.Value).Title!)
        : null;

    /// <summary>
    /// The canonical URI of this server: the configured one, or otherwise the URL of the request. The latter only informs a
    /// client; which tokens are accepted never depends on a request.
    /// </summary>
    private string Identifier(HttpRequest request) =>
        settings.Value.Resource is { Length: > 0 } resource ? resource
        : (_tokens.Audience is { } audience && Uri.TryCreate(audience, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? _tokens.Audience
            : $"{request.Scheme}://{request.Host}{transport.Value.Path}");
}

/// <summary>RFC 9728, section 2. Names are in snake_case on the wire.</summary>
internal sealed record ProtectedResourceDocument(
    string Resource,
    IReadOnlyList<string> AuthorizationServers,
    IReadOnlyList<string> ScopesSupported,
    IReadOnlyList<string> BearerMethodsSupported,
    string ResourceName);
