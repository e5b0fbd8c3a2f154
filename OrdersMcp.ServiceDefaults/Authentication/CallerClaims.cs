using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// The claims about a caller, the same for every authentication scheme. The services read no other claims.
/// </summary>
public static class CallerClaims
{
    /// <summary>The name of an anonymous caller.</summary>
    public const string Anonymous = "anonymous";

    internal const string AnonymousScheme = "Anonymous";

    private const string Name = "sub";
    private const string Client = "client_id";
    private const string Scope = "scope";
    private const string Customer = "customer_id";
    private const string Tool = "tool";
    private const string Service = "service";
    private const string Expires = "expires";
    private const string ActsForOthersClaim = "acts_for_others";

    /// <summary>Whether the caller is anonymous.</summary>
    public static bool IsAnonymous(this ClaimsPrincipal caller) => caller.Identity?.AuthenticationType is AnonymousScheme;

    /// <summary>The unique name of the caller.</summary>
    public static string CallerName(this ClaimsPrincipal? caller) => caller?.FindFirst(Name)?.Value ?? Anonymous;

    /// <summary>The client program, from the token.</summary>
    public static string? ClientId(this ClaimsPrincipal caller) => caller.FindFirst(Client)?.Value;

    /// <summary>The granted scopes, without the scopes that they imply.</summary>
    public static IEnumerable<string> GrantedScopes(this ClaimsPrincipal caller) => caller.FindAll(Scope).Select(claim => claim.Value);

    /// <summary>The only customer whose data the caller sees; null without such a limit.</summary>
    public static string? CustomerId(this ClaimsPrincipal caller) => caller.FindFirst(Customer)?.Value;

    /// <summary>The only tools that the caller can use; empty without such a limit.</summary>
    public static IReadOnlyList<string> OnlyTools(this ClaimsPrincipal caller) => [.. caller.FindAll(Tool).Select(claim => claim.Value)];

    /// <summary>The service that forwarded the caller's request; null for a direct request.</summary>
    public static string? ThroughService(this ClaimsPrincipal caller) => caller.FindFirst(Service)?.Value;

    /// <summary>When the caller's credential expires; null if it does not.</summary>
    public static DateTimeOffset? CredentialExpires(this ClaimsPrincipal caller) =>
        caller.FindFirst(Expires) is { Value: var seconds }
            ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture))
            : null;

    /// <summary>Whether the caller can call on behalf of others.</summary>
    public static bool ActsForOthers(this ClaimsPrincipal caller) => caller.HasClaim(ActsForOthersClaim, "true");

    /// <summary>Creates the caller of a credential.</summary>
    internal static ClaimsPrincipal Principal(
        string scheme,
        string name,
        string? client,
        IEnumerable<string> scopes,
        string? customer = null,
        IEnumerable<string>? tools = null,
        string? service = null,
        bool actsForOthers = false,
        DateTimeOffset? expires = null)
    {
        var claims = new List<Claim> { new(Name, name) };
        Add(Client, client);
        Add(Customer, customer);
        Add(Service, service);
        Add(ActsForOthersClaim, actsForOthers ? "true" : null);
        Add(Expires, expires?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        claims.AddRange(scopes.Select(scope => new Claim(Scope, scope)));
        claims.AddRange((tools ?? []).Select(tool => new Claim(Tool, tool)));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, Name, roleType: null));

        void Add(string type, string? value)
        {
            if (value is not null)
            {
                claims.Add(new Claim(type, value));
            }
        }
    }
}

/// <summary>Names of callers for events, keys and limits: bounded, on one line, and with a prefix for their kind.</summary>
internal static class CallerName
{
    /// <summary>The length of the database columns.</summary>
    public const int Longest = 200;

    private const string KeyPrefix = "key:";

    public static string OfKey(string name) => Bounded(KeyPrefix + name);

    /// <summary>The name for a token's subject, which cannot look like another kind of caller.</summary>
    public static string OfSubject(string subject) =>
        Bounded(subject == CallerClaims.Anonymous || subject.StartsWith(KeyPrefix, StringComparison.OrdinalIgnoreCase)
            ? $"sub:{subject}"
            : subject);

    /// <summary>The name, or its hash if the name is too long or has control characters.</summary>
    public static string Bounded(string name) => name.Length <= Longest && !name.Any(char.IsControl)
        ? name
        : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}";
}
