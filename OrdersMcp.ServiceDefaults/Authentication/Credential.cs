using Microsoft.AspNetCore.Http;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>What a request brings to say who it is of.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The key or token.</param>
/// <param name="Problem">Why it cannot be looked at, or null.</param>
internal readonly record struct Credential(CredentialKind Kind, string Value, string? Problem = null)
{
    public const string ApiKeyHeader = "X-API-Key";
    private const string Scheme = "Bearer ";

    /// <summary>The request's one credential. Two would leave open which of them counts (RFC 6750, section 2).</summary>
    public static Credential Of(HttpRequest request)
    {
        var (keys, authorizations) = (request.Headers[ApiKeyHeader], request.Headers.Authorization);
        if (keys.Count + authorizations.Count > 1)
        {
            return new Credential(CredentialKind.Token, "", "there is more than one credential");
        }

        if (keys.Count == 1)
        {
            return new Credential(CredentialKind.ApiKey, keys.ToString());
        }

        var authorization = authorizations.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return authorization.Length == 0
                ? default
                : new Credential(CredentialKind.Token, "", "the Authorization header is not of the form 'Bearer …'");
        }

        var value = authorization[Scheme.Length..].Trim();
        return new Credential(ApiKey.HasPrefix(value) ? CredentialKind.ApiKey : CredentialKind.Token, value);
    }
}

internal enum CredentialKind
{
    None,
    Token,
    ApiKey,
}
