using System.Security.Claims;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>What a caller may do: its scopes and the scopes that they imply.</summary>
public sealed class CallerAccess(CallerSettings settings)
{
    /// <summary>The scope that implies every other scope. No token can have it.</summary>
    internal const string Everything = "*";

    /// <summary>
    /// Whether the caller has all these scopes. An admitted anonymous caller has every scope.
    /// </summary>
    public bool Has(ClaimsPrincipal caller, IEnumerable<string> scopes)
    {
        if (caller.IsAnonymous())
        {
            return true;
        }

        HashSet<string>? held = null;
        return scopes.All(scope => (held ??= ScopesOf(caller)).Contains(scope) || held.Contains(Everything));
    }

    /// <summary>The given scopes that the caller has.</summary>
    internal IEnumerable<string> Those(ClaimsPrincipal caller, IEnumerable<string> scopes)
    {
        if (caller.IsAnonymous())
        {
            return scopes;
        }

        var held = ScopesOf(caller);
        return held.Contains(Everything) ? scopes : scopes.Where(held.Contains);
    }

    /// <summary>The caller's scopes and the scopes that they imply.</summary>
    internal HashSet<string> ScopesOf(ClaimsPrincipal caller)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(caller.GrantedScopes());
        while (open.TryPop(out var scope))
        {
            if (held.Add(scope) && settings.Current.ImpliedScopes.TryGetValue(scope, out var implied))
            {
                implied.ForEach(open.Push);
            }
        }

        return held;
    }
}

/// <summary>Metadata of an endpoint: the scopes that a caller needs.</summary>
public interface IRequiresScopes
{
    IReadOnlyList<string> Scopes { get; }
}
