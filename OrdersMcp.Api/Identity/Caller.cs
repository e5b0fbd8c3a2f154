namespace OrdersMcp.Api.Identity;

/// <summary>
/// Who asks, and through which program. Until callers are authenticated everybody is the same caller: what depends on
/// the caller (events, idempotency keys) asks here and nowhere else.
/// </summary>
internal sealed record Caller(string Name, string? Client)
{
    private const string Anonymous = "anonymous";
    private const int LongestClient = 200;

    public static Caller Of(HttpContext context)
    {
        var agent = new string([.. context.Request.Headers.UserAgent.ToString()
            .Where(letter => !char.IsControl(letter)).Take(LongestClient)]).Trim();
        return new Caller(Anonymous, agent.Length == 0 ? null : agent);
    }
}

internal static class CallerSetup
{
    public static void AddCaller(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddScoped(provider => Caller.Of(
            provider.GetRequiredService<IHttpContextAccessor>().HttpContext
            ?? throw new InvalidOperationException("There is a caller only within a request.")));
    }
}
