using System.Globalization;
using System.Security.Claims;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>The claims about a caller that are read, whichever scheme authenticated it.</summary>
internal static class CallerClaims
{
    /// <summary>The name of callers without one.</summary>
    private const string Anonymous = "anonymous";

    /// <summary>Whether the caller is not authenticated, or was admitted without a credential.</summary>
    public static bool IsAnonymous(this ClaimsPrincipal caller) =>
        caller.Identity is not { IsAuthenticated: true, AuthenticationType: not "Anonymous" };

    /// <summary>
    /// The unique name of the caller: its subject (RFC 7519, section 4.1.2), also under the name that ASP.NET Core maps it to,
    /// or the name of its identity.
    /// </summary>
    public static string CallerName(this ClaimsPrincipal? caller) =>
        caller is null ? Anonymous
        : caller.FindFirst("sub")?.Value ?? caller.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? caller.Identity?.Name ?? Anonymous;

    /// <summary>The only tools that the caller can use; empty without such a limit.</summary>
    public static IReadOnlyList<string> OnlyTools(this ClaimsPrincipal caller) => [.. caller.FindAll("tool").Select(claim => claim.Value)];

    /// <summary>When the caller's credential expires, in seconds since 1970 in the claim <c>expires</c> or <c>exp</c>; null if unknown.</summary>
    public static DateTimeOffset? CredentialExpires(this ClaimsPrincipal caller) =>
        long.TryParse((caller.FindFirst("expires") ?? caller.FindFirst("exp"))?.Value, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and < 253_402_300_800 // the year 10000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
