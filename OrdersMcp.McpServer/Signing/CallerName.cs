using System.Security.Claims;

namespace OrdersMcp.McpServer.Signing;

/// <summary>Who calls, as what is signed is bound to it.</summary>
internal static class CallerName
{
    /// <summary>Issuer and subject of who is authenticated, or nothing: a subject is one only with its issuer (RFC 9068).</summary>
    public static string Of(ClaimsPrincipal? user)
    {
        if (user?.Identity is not { IsAuthenticated: true } identity)
        {
            return "";
        }

        var subject = user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.NameIdentifier);
        return subject is null ? identity.Name ?? "" : $"{user.FindFirst("iss")?.Value ?? subject.Issuer}\n{subject.Value}";
    }
}
