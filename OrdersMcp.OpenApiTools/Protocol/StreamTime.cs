using System.Security.Claims;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>
/// How long a stream of changes may last: as long as the caller's credential, and at most an hour. After that the
/// credential is checked again.
/// </summary>
internal static class StreamTime
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static TimeSpan Of(ClaimsPrincipal? caller, TimeProvider time)
    {
        if (caller is null || caller.IsAnonymous())
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = caller.CredentialExpires() - time.GetUtcNow() ?? Longest;
        return left > Longest ? Longest : left < Shortest ? Shortest : left;
    }
}
