using System.Net;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// Whether callers are let in that do not say who they are: in Development, where no scheme for callers is set, from this
/// machine; elsewhere only where <c>Authentication:AllowAnonymous</c> says so.
/// </summary>
internal sealed class AnonymousAccessPolicy(
    CallerSettings settings, IOptionsMonitor<JwtBearerOptions> tokens, IOptions<AccessTokenOptions> more, IHostEnvironment environment)
{
    /// <summary>Headers that a proxy adds: behind one, who is on this machine is not to be seen.</summary>
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Real-IP"];

    /// <summary>Whether a key was set at start: one that is taken out later leaves the server closed.</summary>
    private readonly bool _wasClosed = settings.Current.ApiKeys.Count > 0;

    public bool TakesTokens => tokens.Get(JwtBearerDefaults.AuthenticationScheme).IsConfigured(more.Value);

    public bool TakesKeys => settings.Current.ApiKeys.Count > 0;

    private bool TakesService => !string.IsNullOrEmpty(settings.Current.ServiceKey);

    public bool IsOpenToAll => settings.Current.AllowAnonymous;

    /// <summary>Open to this machine alone, for who develops here.</summary>
    public bool IsOpenToThisMachine => !IsOpenToAll && environment.IsDevelopment() && !TakesTokens && !TakesKeys && !_wasClosed;

    public bool HasScheme => TakesTokens || TakesKeys || TakesService;

    /// <summary>Why a request without a credential is not let in, or null where it is.</summary>
    public string? Refuses(HttpContext context)
    {
        if (IsOpenToAll)
        {
            return null;
        }

        if (!IsOpenToThisMachine)
        {
            return "a credential is needed";
        }

        // Without an address it came through this process or a Unix socket.
        return context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(Unmapped(address))
            ? "without authentication only this machine may call. Set Authentication:ApiKeys or Authentication:Schemes:Bearer"
            : Array.Exists(ProxyHeaders, context.Request.Headers.ContainsKey)
                ? "without authentication only this machine may call, and this request came through a proxy"
                : null;
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
