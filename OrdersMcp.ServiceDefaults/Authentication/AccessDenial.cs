using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>The content of the response to a denied request (RFC 6750, section 3).</summary>
/// <param name="Status">401, 403, or 503 if the credential cannot be checked now.</param>
/// <param name="Error">The error code: invalid_token, insufficient_scope, or null if the request has no credential.</param>
/// <param name="Detail">What is wrong and what to do, for a person or a model.</param>
/// <param name="Scopes">The scopes that the request needs.</param>
public sealed record AccessDenial(int Status, string? Error, string Detail, IReadOnlyList<string> Scopes)
{
    public static AccessDenial InsufficientScope(IReadOnlyList<string> scopes) => new(
        StatusCodes.Status403Forbidden,
        "insufficient_scope",
        $"This operation needs the scope {string.Join(" and ", scopes)}, which your credential does not have. Nothing was done.",
        scopes);

    /// <summary>The value of <c>WWW-Authenticate</c>.</summary>
    /// <param name="resourceMetadata">The URL that tells a client how to get a token (RFC 9728, section 5.1), or null.</param>
    public string Challenge(string? resourceMetadata)
    {
        var challenge = new StringBuilder("Bearer");
        var separator = ' ';
        Add("error", Error);
        Add("error_description", Error is null ? null : Detail);
        Add("scope", Scopes.Count == 0 ? null : string.Join(' ', Scopes));
        Add("resource_metadata", resourceMetadata);
        return challenge.ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                challenge.Append(separator).Append(name).Append("=\"").Append(Quotable(value)).Append('"');
                separator = ',';
            }
        }
    }

    /// <summary>The characters allowed between quotes: printable ASCII except quote and backslash (RFC 6750, section 3).</summary>
    private static string Quotable(string text) =>
        new([.. text.Select(letter => letter is < ' ' or > '~' ? '?' : letter is '"' or '\\' ? '\'' : letter)]);
}

/// <summary>Writes a denial in the form of the service: problem details, or a JSON-RPC error.</summary>
public interface IAccessDenialWriter
{
    /// <summary>The URL that tells a client how to get a token for the endpoint of the request, or null.</summary>
    string? ResourceMetadata(HttpContext context);

    /// <summary>The scopes to name to a client without a credential.</summary>
    IReadOnlyList<string> FirstScopes(HttpContext context);

    /// <summary>Writes the body. The status and headers are already set.</summary>
    Task WriteAsync(HttpContext context, AccessDenial denial);
}
