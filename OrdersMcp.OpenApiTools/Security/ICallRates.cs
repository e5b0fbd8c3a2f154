namespace OrdersMcp.OpenApiTools.Security;

/// <summary>Counts the requests of callers against the rates of <see cref="LimitOptions"/>.</summary>
internal interface ICallRates
{
    /// <summary>Counts a request.</summary>
    /// <returns>Null if it is within the rate.</returns>
    ValueTask<Excess?> TakeAsync(CallClass kind, string caller);
}

/// <summary>A request that a limit refuses.</summary>
/// <param name="Wait">The time after which to try again.</param>
/// <param name="Limit">The name of the limit, from a small fixed set.</param>
internal readonly record struct Excess(TimeSpan Wait, string Limit);
