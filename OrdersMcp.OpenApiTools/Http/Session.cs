using System.Security.Claims;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>This server's state of a session. <see cref="Sessions"/> guards it.</summary>
/// <param name="caller">The caller who opened it.</param>
/// <param name="countedAs">The name it counts under.</param>
internal sealed class Session(ClaimsPrincipal caller, string countedAs)
{
    public ClaimsPrincipal Caller => caller;

    public string CountedAs => countedAs;

    /// <summary>The id, once the SDK has created it.</summary>
    public string? Id { get; set; }

    /// <summary>The number of active requests, including that of the stream.</summary>
    public int Active { get; set; }

    /// <summary>The timestamp of the end of the last request.</summary>
    public long LastUsed { get; set; }

    /// <summary>Whether the session ends with its last active request. It accepts no others.</summary>
    public bool IsEnding { get; set; }

    /// <summary>When its stream must end, set by the credentials of its requests; null for no end.</summary>
    public DateTimeOffset? StreamsUntil { get; set; }

    /// <summary>Resources that other components hold for the life of the session.</summary>
    public ISessionScope? Scope { get; set; }
}
