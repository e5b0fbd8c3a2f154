using System.Net;
using System.Net.Sockets;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Operations.Requests;

/// <summary>
/// Keeps a document from sending this server into the network it stands in (server-side request forgery): an address that
/// only the document names, on another host than its own, has to be a public one. What the settings name may be anywhere.
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
            // With an IPv4 address inside, which a gateway may take out: IPv4-compatible, NAT64, Teredo, 6to4.
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16",
            "fc00::/7", "fe80::/10",
            "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether the settings name the address: as the API's own, by the host of its document, or for its credentials.</summary>
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
                $"The document names the server '{host}', which is of this network. If that is meant, set BaseAddress to it.");
        }
    }

    public static bool Has(IPAddress address) => address.IsIPv4MappedToIPv6
        ? Has(address.MapToIPv4())
        : Array.Exists(Networks, network => network.Contains(address));

    /// <summary>Marks a request that may go to public addresses only.</summary>
    public static void Forbid(HttpRequestMessage request) => request.Options.Set(PublicOnly, value: true);

    /// <summary>Connects; of a marked request only where no address of the host's name is private.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (context.InitialRequestMessage.Options.TryGetValue(PublicOnly, out var isForbidden) && isForbidden)
            {
                // These very addresses are connected to: another answer to another question would be no check.
                var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
                if (addresses.Any(Has))
                {
                    throw new HttpRequestException(HttpRequestError.ConnectionError, "The document names a host that is of this network.");
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
