using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.Primitives;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>The caller of a request in process: the caller of the MCP request that it is made for.</summary>
/// <param name="User">The authenticated caller; null if the app calls for itself.</param>
/// <param name="Scheme">The scheme of the MCP request, so that links and redirects to HTTPS are the same.</param>
/// <param name="Host">The host of the MCP request, which host filtering accepted.</param>
/// <param name="RemoteAddress">The address of the client, which the app's rate limits may count by.</param>
internal sealed record AppCaller(ClaimsPrincipal? User, string Scheme, HostString Host, IPAddress? RemoteAddress)
{
    private static readonly HttpRequestOptionsKey<AppCaller> Key = new("ordersmcp.app-caller");

    /// <summary>The port of the client.</summary>
    public int RemotePort { get; init; }

    /// <summary>The address of the server that the client connected to.</summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>The port of the server that the client connected to.</summary>
    public int LocalPort { get; init; }

    /// <summary>What proxies say about the client, for middleware and endpoints that read it.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> ProxyHeaders { get; init; } = [];

    /// <summary>Scheme and host of the address that the client uses, which the app's own URLs have.</summary>
    private (string Scheme, HostString Host) Seen { get; init; }

    /// <summary>The app itself.</summary>
    /// <param name="host">A host that host filtering accepts.</param>
    public static AppCaller Itself(HostString host) =>
        new(User: null, "https", host, IPAddress.Loopback) { LocalAddress = IPAddress.Loopback };

    /// <summary>The caller behind an MCP request, after authentication.</summary>
    public static AppCaller Of(HttpContext context)
    {
        var current = At(context) with { User = context.User };
        return context.Features.Get<ProxiedRequest>() is not { } proxied ? current
            : proxied.IsUnchanged(context.Request) ? current with { ProxyHeaders = proxied.Headers }
            // Middleware has evaluated the headers. It does so again in process, and must find what it found.
            : proxied.Received with { User = context.User, ProxyHeaders = proxied.Headers, Seen = current.Seen };
    }

    /// <summary>The connection of a request as it is now.</summary>
    public static AppCaller At(HttpContext context)
    {
        var (request, connection) = (context.Request, context.Connection);
        return new AppCaller(User: null, request.Scheme, request.Host, connection.RemoteIpAddress)
        {
            RemotePort = connection.RemotePort,
            LocalAddress = connection.LocalIpAddress,
            LocalPort = connection.LocalPort,
            Seen = (request.Scheme, request.Host),
        };
    }

    /// <summary>The caller of a request; null if the app calls for itself.</summary>
    public static AppCaller? Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var caller) ? caller : null;

    /// <summary>Makes a request on behalf of this caller, to the app at the address that the caller uses.</summary>
    public void Send(HttpRequestMessage request)
    {
        request.Options.Set(Key, this);
        if (Uri.TryCreate($"{Seen.Scheme}://{Seen.Host}{request.RequestUri!.PathAndQuery}", UriKind.Absolute, out var address))
        {
            request.RequestUri = address;
        }
    }

    /// <summary>Gives a request that is only evaluated, and never sent, the connection of this caller.</summary>
    public void Describe(HttpContext context)
    {
        (context.Request.Scheme, context.Request.Host) = (Scheme, Host);
        var connection = context.Connection;
        (connection.RemoteIpAddress, connection.RemotePort) = (RemoteAddress, RemotePort);
        (connection.LocalIpAddress, connection.LocalPort) = (LocalAddress, LocalPort);
        foreach (var (name, values) in ProxyHeaders)
        {
            context.Request.Headers[name] = values;
        }
    }
}
