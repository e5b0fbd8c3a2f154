using System.Net;
using System.Security.Claims;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>The caller of a request in process: the caller of the MCP request that it is made for.</summary>
/// <param name="User">The authenticated caller; null if the app calls for itself.</param>
/// <param name="Scheme">The scheme of the MCP request, so that links and redirects to HTTPS are the same.</param>
/// <param name="Host">The host of the MCP request, which host filtering accepted.</param>
/// <param name="RemoteAddress">The address of the client, which the app's rate limits may count by.</param>
internal sealed record AppCaller(ClaimsPrincipal? User, string Scheme, HostString Host, IPAddress? RemoteAddress)
{
    private static readonly HttpRequestOptionsKey<AppCaller> Key = new("ordersmcp.app-caller");

    /// <summary>The app itself.</summary>
    public static AppCaller Itself { get; } = new(User: null, "https", new HostString("localhost"), IPAddress.Loopback);

    /// <summary>The caller of a request.</summary>
    public static AppCaller Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var caller) ? caller : Itself;

    /// <summary>Makes a request on behalf of this caller.</summary>
    public void Send(HttpRequestMessage request) => request.Options.Set(Key, this);
}
