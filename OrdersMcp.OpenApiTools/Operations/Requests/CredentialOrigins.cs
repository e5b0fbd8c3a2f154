using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>
/// Decides which servers get the API's credentials: only servers that the settings name. A document can name any server, and
/// a changed document must not be a way to get the credentials.
/// </summary>
internal static class CredentialOrigins
{
    /// <summary>
    /// Whether the settings name the origin (scheme, host and port): in <see cref="ApiOptions.Servers"/> or
    /// <see cref="ApiOptions.CredentialOrigins"/>, else as <see cref="ApiOptions.BaseAddress"/>, else as the origin of the
    /// document.
    /// </summary>
    public static bool Has(ApiOptions api, string baseAddress)
    {
        var origin = OriginOf(baseAddress);
        return api.Servers.Values.Any(each => OriginOf(each) == origin)
            || (api.CredentialOrigins is { } named ? named.Exists(each => OriginOf(each) == origin)
            : api.BaseAddress is { } configured ? OriginOf(configured) == origin
            : DocumentAddress.IsAddress(api.Document) && OriginOf(api.Document) == origin);
    }

    public static string OriginOf(string address) => new Uri(address).GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
