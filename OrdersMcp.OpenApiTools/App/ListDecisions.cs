using System.Security.Claims;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>What is decided about a caller while one list is made, so that no policy is evaluated twice for it.</summary>
internal sealed class ListDecisions
{
    /// <summary>Whether the caller passes, by policy.</summary>
    public Dictionary<string, bool> ByPolicy { get; } = new(StringComparer.Ordinal);

    /// <summary>The caller as authentication schemes know it, by the names of the schemes.</summary>
    public Dictionary<string, ClaimsPrincipal> BySchemes { get; } = new(StringComparer.Ordinal);
}
