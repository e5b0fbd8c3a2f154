using System.Security.Claims;

namespace OrdersMcp.McpServer.Signing;

/// <summary>Who calls, as what is signed is bound to it.</summary>
internal static class CallerName
{
    /// <summary>Issuer and subject, as a subject needs its issuer (RFC 7519, 4.1.2); empty for nobody.</summary>
    public static string Of(ClaimsPrincipal? user)
    {
        if (user?.Identity is not { IsAuthenticated: true } identity)
        {
            return "";
        }

        var subject = user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.NameIdentifier);
        return subject is null
            ? identity.Name ?? ""
            : $"{user.FindFirst("iss")?.Value ?? subject.Issuer}\n{subject.Value}";
    }
}
