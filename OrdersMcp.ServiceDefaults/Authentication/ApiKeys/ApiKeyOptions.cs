namespace OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

/// <summary>One key, <c>Authentication:ApiKeys:N</c>. The command <c>create-api-key</c> writes an entry.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>Who has it; it is in logs, events and limits as <c>key:{name}</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The salted hash of the key. The key itself is kept nowhere.</summary>
    public string Hash { get; set; } = "";

    /// <summary>What its holder may do.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>When it ends; never unless set.</summary>
    public DateTimeOffset? Expires { get; set; }

    /// <summary>The only tools that its holder may use, of those its scopes allow; all of them unless set.</summary>
    public List<string> Tools { get; set; } = [];

    /// <summary>The only customer whose data its holder sees; all unless set.</summary>
    public string? CustomerId { get; set; }

    /// <summary>Whether its holder, a service, may say on whose behalf it calls.</summary>
    public bool ActsForOthers { get; set; }
}
