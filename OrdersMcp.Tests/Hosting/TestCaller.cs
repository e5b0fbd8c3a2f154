using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

namespace OrdersMcp.Tests.Hosting;

/// <summary>Named callers, each with its own key, on a server that also admits anonymous callers.</summary>
internal static class TestCaller
{
    public const string Header = "X-API-Key";

    private static readonly Dictionary<string, ApiKey> Keys = new(StringComparer.Ordinal)
    {
        ["alice"] = ApiKey.Create(),
        ["mallory"] = ApiKey.Create(),
    };

    /// <summary>The settings of a server that knows the callers.</summary>
    public static (string Key, string Value)[] Settings =>
    [
        ("Authentication:AllowAnonymous", "true"),
        .. Keys.SelectMany((caller, index) => new[]
        {
            ($"Authentication:ApiKeys:{index}:Name", caller.Key),
            ($"Authentication:ApiKeys:{index}:Hash", KeyHash.Of(caller.Value.Id, caller.Value.Secret).Text),
            ($"Authentication:ApiKeys:{index}:Scopes:0", "orders.admin"),
            ($"Authentication:ApiKeys:{index}:Scopes:1", "orders.write"),
            ($"Authentication:ApiKeys:{index}:Scopes:2", "orders.read"),
        }),
    ];

    /// <summary>The header of a caller; none for an anonymous caller.</summary>
    public static (string Name, string Value)[] HeaderOf(string? caller) => caller is null ? [] : [(Header, Keys[caller].Text)];
}
