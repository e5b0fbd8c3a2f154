using Microsoft.AspNetCore.Http;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>The credential of a request.</summary>
/// <param name="Kind">The kind of credential.</param>
/// <param name="Value">The key or token.</param>
/// <param name="Problem">Why it cannot be read, or null.</param>
/// <param name="IsForeign">Whether it is of a scheme that this server does not know.</param>
internal readonly record struct Credential(CredentialKind Kind, string Value, string? Problem = null, bool IsForeign = false)
{
    public const string ApiKeyHeader = "X-API-Key";
    private const string Scheme = "Bearer ";

    /// <summary>The only credential of the request. Two are an error, because either could count (RFC 6750, section 2).</summary>
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
                : new Credential(CredentialKind.Token, "", "the Authorization header does not have the form 'Bearer …'", IsForeign: true);
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
