using System.Net;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// Reads the issuer's metadata and keys with the package. By itself, the package tries only the well-known path of OpenID
/// Connect, and accepts metadata of any issuer.
/// </summary>
internal sealed class IssuerMetadata(JwtBearerOptions options)
{
    private const int MostKeys = 100;

    private readonly IssuerDocuments _documents = new(
        new HttpDocumentRetriever(options.Backchannel) { RequireHttps = options.RequireHttpsMetadata, SendAdditionalHeaderData = false });

    /// <exception cref="IssuerUnavailableException">There is no usable metadata.</exception>
    public async Task<OpenIdConnectConfiguration> ReadAsync()
    {
        var issuer = await RetrieveAsync();
        if (options.Issuers().Count > 0)
        {
            issuer.Issuer = null; // the package would accept it in addition to the issuers in the settings
        }
        else if (string.IsNullOrEmpty(options.MetadataAddress) && issuer.Issuer?.TrimEnd('/') != options.Authority!.TrimEnd('/'))
        {
            // RFC 8414, section 3.3: metadata of another issuer must not be used.
            throw new IssuerUnavailableException(
                $"The metadata at '{options.Authority}' belongs to the issuer '{issuer.Issuer}'. Set Authority to that, or list it in ValidIssuers.");
        }

        var keys = (issuer.JsonWebKeySet?.Keys ?? []).Take(MostKeys).Where(VerificationKeys.SignsTokens).ToArray();
        if (keys.Length == 0)
        {
            throw new IssuerUnavailableException("The issuer's key set contains no usable key.");
        }

        issuer.JsonWebKeySet!.Keys.Clear();
        Array.ForEach(keys, issuer.JsonWebKeySet.Keys.Add);
        return issuer;
    }

    private async Task<OpenIdConnectConfiguration> RetrieveAsync()
    {
        Exception? first = null;
        foreach (var address in Addresses())
        {
            try
            {
                return await OpenIdConnectConfigurationRetriever.GetAsync(address, _documents, CancellationToken.None);
            }
            catch (Exception exception)
            {
                first ??= exception; // try the next well-known address
            }
        }

        throw new IssuerUnavailableException(
            first?.Data[HttpDocumentRetriever.StatusCode] is HttpStatusCode status
                ? $"The issuer responded with {(int)status}."
                : "The issuer does not respond as expected.",
            first);
    }

    /// <summary>The addresses to try for the metadata, in order (OpenID Connect Discovery; RFC 8414, sections 3 and 5).</summary>
    private string[] Addresses()
    {
        if (!string.IsNullOrEmpty(options.MetadataAddress))
        {
            return [options.MetadataAddress];
        }

        var authority = new Uri(options.Authority!);
        var (root, path) = (authority.GetLeftPart(UriPartial.Authority), authority.AbsolutePath.TrimEnd('/'));
        string[] usual = [$"{root}{path}/.well-known/openid-configuration", $"{root}/.well-known/oauth-authorization-server{path}"];
        return path.Length == 0 ? usual : [.. usual, $"{root}/.well-known/openid-configuration{path}"];
    }
}
