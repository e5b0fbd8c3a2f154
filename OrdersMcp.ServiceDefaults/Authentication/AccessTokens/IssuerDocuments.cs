using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// Fetches the issuer's documents for the package. The package rejects a whole key set if it cannot read one key. This class
/// drops such a key (RFC 7517, section 5), so that tokens signed with other keys stay valid.
/// </summary>
internal sealed class IssuerDocuments(IDocumentRetriever documents) : IDocumentRetriever
{
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        var text = await documents.GetDocumentAsync(address, cancel);
        if (JsonNode.Parse(text) is not JsonObject document || document["keys"] is not JsonArray keys)
        {
            return text;
        }

        document["keys"] = new JsonArray([.. keys.Where(IsReadable).Select(key => key!.DeepClone())]);
        return document.ToJsonString();
    }

    private static bool IsReadable(JsonNode? key)
    {
        try
        {
            return key is JsonObject && JsonWebKey.Create(key.ToJsonString()) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
