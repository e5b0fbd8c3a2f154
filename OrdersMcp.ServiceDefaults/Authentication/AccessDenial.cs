using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>A request that is not let in: what its answer says (RFC 6750, section 3).</summary>
/// <param name="Status">401, 403, or 503 where it cannot be known now.</param>
/// <param name="Error">The code for the client: invalid_token, insufficient_scope; null where it brought nothing.</param>
/// <param name="Detail">What is wrong and what to do, for a person or a model.</param>
/// <param name="Scopes">What the request needs.</param>
public sealed record AccessDenial(int Status, string? Error, string Detail, IReadOnlyList<string> Scopes)
{
    public static AccessDenial InsufficientScope(IReadOnlyList<string> scopes) => new(
        StatusCodes.Status403Forbidden,
        "insufficient_scope",
        $"This needs the scope {string.Join(" and ", scopes)}, which the credential does not have. Nothing was done.",
        scopes);

    /// <summary>The value of <c>WWW-Authenticate</c>.</summary>
    /// <param name="resourceMetadata">Where a client finds out how to get a token (RFC 9728, section 5.1), if anywhere.</param>
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

    /// <summary>What may stand between quotes: printable ASCII without quote and backslash (RFC 6750, section 3).</summary>
    private static string Quotable(string text) =>
        new([.. text.Select(letter => letter is < ' ' or > '~' ? '?' : letter is '"' or '\\' ? '\'' : letter)]);
}

/// <summary>Writes a denial in the form of the service: problem details, or a JSON-RPC error.</summary>
public interface IAccessDenialWriter
{
    /// <summary>Where a client finds out how to get a token for the request's endpoint; null where there is no such place.</summary>
    string? ResourceMetadata(HttpContext context);

    /// <summary>The scopes that are asked for of a client that brought nothing.</summary>
    IReadOnlyList<string> FirstScopes(HttpContext context);

    /// <summary>Writes the body; status and headers are set.</summary>
    Task WriteAsync(HttpContext context, AccessDenial denial);
}
