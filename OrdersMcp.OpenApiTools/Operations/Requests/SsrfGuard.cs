using System.Net;
using System.Net.Sockets;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>
/// Keeps a document from sending this server into its own network (server-side request forgery): an address that only the
/// document names, on another host than the document's, must be public. An address in the settings may be anywhere.
/// </summary>
internal static class SsrfGuard
{
    private static readonly HttpRequestOptionsKey<bool> PublicOnly = new("ordersmcp.public-only");

    private static readonly IPNetwork[] Networks =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3",
            // These contain an IPv4 address that a gateway may extract: IPv4-compatible, NAT64, Teredo, 6to4.
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16",
            "fc00::/7", "fe80::/10",
            "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>
    /// Whether the settings name the address: as the API's own, as the host of its document, or for its credentials.
    /// </summary>
    public static bool IsNamed(ApiOptions api, string baseAddress) => api.BaseAddress is not null
        || (api.CredentialOrigins is not null && CredentialOrigins.Has(api, baseAddress))
        || api.Servers.Values.Any(server => new Uri(server).Authority == new Uri(baseAddress).Authority)
        || (DocumentAddress.IsAddress(api.Document) && new Uri(api.Document).Host == new Uri(baseAddress).Host);

    /// <exception cref="ApiDocumentException">The document names an address that is not public.</exception>
    public static void Check(string baseAddress)
    {
        var host = new Uri(baseAddress).Host;
        if (host == "localhost" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && Has(address)))
        {
            throw new ApiDocumentException(
                $"The document names the server '{host}', which is in a private network. If this is intended, set BaseAddress to it.");
        }
    }

    public static bool Has(IPAddress address) => address.IsIPv4MappedToIPv6
        ? Has(address.MapToIPv4())
        : Array.Exists(Networks, network => network.Contains(address));

    /// <summary>Marks a request that may go only to public addresses.</summary>
    public static void Forbid(HttpRequestMessage request) => request.Options.Set(PublicOnly, value: true);

    /// <summary>Connects. A marked request connects only if no address of the host is private.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (context.InitialRequestMessage.Options.TryGetValue(PublicOnly, out var isForbidden) && isForbidden)
            {
                // Connect to exactly these addresses: a second lookup could return addresses that were not checked.
                var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
                if (addresses.Any(Has))
                {
                    throw new HttpRequestException(HttpRequestError.ConnectionError, "The document names a host in a private network.");
                }

                await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            }
            else
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
