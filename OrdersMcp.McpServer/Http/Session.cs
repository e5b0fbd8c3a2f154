using System.Security.Claims;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Http;

/// <summary>What is known of a session besides the package's part of it. <see cref="Sessions"/> guards its state.</summary>
/// <param name="caller">Who opened it.</param>
/// <param name="countedAs">Whose it counts as.</param>
internal sealed class Session(ClaimsPrincipal caller, string countedAs)
{
    public ClaimsPrincipal Caller => caller;

    public string CountedAs => countedAs;

    /// <summary>Its id, once the package has made it.</summary>
    public string? Id { get; set; }

    /// <summary>How many requests of it are being answered, that of its stream among them.</summary>
    public int Active { get; set; }

    /// <summary>The timestamp of the end of the last one.</summary>
    public long LastUsed { get; set; }

    /// <summary>Whether it ends with its last request: it is open to no other.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Until when its stream may tell of changes, by the credentials of its requests; null for ever.</summary>
    public DateTimeOffset? StreamsUntil { get; set; }

    /// <summary>What others have for as long as it lasts.</summary>
    public ISessionScope? Scope { get; set; }
}
