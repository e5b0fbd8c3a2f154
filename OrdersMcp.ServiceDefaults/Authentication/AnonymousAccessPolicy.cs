using System.Net;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrdersMcp.ServiceDefaults.Authentication.AccessTokens;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// Whether to admit anonymous callers. In Development without an authentication scheme, callers from this machine are
/// admitted; otherwise only <c>Authentication:AllowAnonymous</c> admits them.
/// </summary>
internal sealed class AnonymousAccessPolicy(
    CallerSettings settings, IOptionsMonitor<JwtBearerOptions> tokens, IOptions<AccessTokenOptions> more, IHostEnvironment environment)
{
    /// <summary>Headers that a proxy adds. Behind a proxy, the address does not show whether a caller is on this machine.</summary>
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Real-IP"];

    /// <summary>Whether a key was set at start. If all keys are removed later, the server stays closed.</summary>
    private readonly bool _wasClosed = IsClosedBy(settings.Current.ApiKeys);

    public bool TakesTokens => tokens.Get(JwtBearerDefaults.AuthenticationScheme).IsConfigured(more.Value);

    public bool TakesKeys => settings.Current.ApiKeys.Count > 0;

    private bool TakesService => !string.IsNullOrEmpty(settings.Current.ServiceKey);

    public bool IsOpenToAll => settings.Current.AllowAnonymous;

    /// <summary>Whether this machine alone is admitted, for development.</summary>
    public bool IsOpenToThisMachine => !IsOpenToAll && environment.IsDevelopment() && !TakesTokens
        && !IsClosedBy(settings.Current.ApiKeys) && !_wasClosed;

    public bool HasScheme => TakesTokens || TakesKeys || TakesService;

    /// <summary>The credentials that callers need, or null if anonymous callers are allowed.</summary>
    public AcceptedCredentials? Required =>
        IsOpenToAll || IsOpenToThisMachine ? null : new AcceptedCredentials(TakesKeys || TakesService, TakesTokens);

    /// <summary>The reason to deny a request without a credential, or null to admit it.</summary>
    public string? Refuses(HttpContext context)
    {
        if (IsOpenToAll)
        {
            return null;
        }

        if (!IsOpenToThisMachine)
        {
            return "a credential is required";
        }

        // Without an address, the request came from this process or over a Unix socket.
        return context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(Unmapped(address))
            ? "without authentication only this machine may call. Set Authentication:ApiKeys or Authentication:Schemes:Bearer"
            : Array.Exists(ProxyHeaders, context.Request.Headers.ContainsKey)
                ? "without authentication only this machine may call, and this request came through a proxy"
                : null;
    }

    private static bool IsClosedBy(List<ApiKeyOptions> keys) => keys.Exists(key => !key.IsForDevelopment);

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
