using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// What is known of a caller, whichever way it came in: the only claims that the services look at.
/// </summary>
public static class CallerClaims
{
    /// <summary>The name of a caller that did not say who it is.</summary>
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

    /// <summary>Whether the caller was let in without saying who it is.</summary>
    public static bool IsAnonymous(this ClaimsPrincipal caller) => caller.Identity?.AuthenticationType is AnonymousScheme;

    /// <summary>A name that no other caller has.</summary>
    public static string CallerName(this ClaimsPrincipal? caller) => caller?.FindFirst(Name)?.Value ?? Anonymous;

    /// <summary>The program that calls, as its token says.</summary>
    public static string? ClientId(this ClaimsPrincipal caller) => caller.FindFirst(Client)?.Value;

    /// <summary>The scopes that were granted, without those that they imply.</summary>
    public static IEnumerable<string> GrantedScopes(this ClaimsPrincipal caller) => caller.FindAll(Scope).Select(claim => claim.Value);

    /// <summary>The customer whose data is all that the caller sees; null where it is bound to none.</summary>
    public static string? CustomerId(this ClaimsPrincipal caller) => caller.FindFirst(Customer)?.Value;

    /// <summary>The tools that the caller is limited to; empty where it is not.</summary>
    public static IReadOnlyList<string> OnlyTools(this ClaimsPrincipal caller) => [.. caller.FindAll(Tool).Select(claim => claim.Value)];

    /// <summary>The service that the caller's request came through; null where it came by itself.</summary>
    public static string? ThroughService(this ClaimsPrincipal caller) => caller.FindFirst(Service)?.Value;

    /// <summary>When the credential of the caller ends; null where it does not.</summary>
    public static DateTimeOffset? CredentialExpires(this ClaimsPrincipal caller) =>
        caller.FindFirst(Expires) is { Value: var seconds }
            ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture))
            : null;

    /// <summary>Whether the caller may say on whose behalf it calls.</summary>
    public static bool ActsForOthers(this ClaimsPrincipal caller) => caller.HasClaim(ActsForOthersClaim, "true");

    /// <summary>A caller that is known by a credential of the scheme.</summary>
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

/// <summary>Names of callers as they go into events, keys and limits: bounded, in one line, and of one kind each.</summary>
internal static class CallerName
{
    /// <summary>What the database keeps of one.</summary>
    public const int Longest = 200;

    private const string KeyPrefix = "key:";

    public static string OfKey(string name) => Bounded(KeyPrefix + name);

    /// <summary>A token's subject, which must not look like another kind of caller.</summary>
    public static string OfSubject(string subject) =>
        Bounded(subject == CallerClaims.Anonymous || subject.StartsWith(KeyPrefix, StringComparison.OrdinalIgnoreCase)
            ? $"sub:{subject}"
            : subject);

    /// <summary>The name, or where it is too long or has control characters its hash, which is of no other name.</summary>
    public static string Bounded(string name) => name.Length <= Longest && !name.Any(char.IsControl)
        ? name
        : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}";
}
