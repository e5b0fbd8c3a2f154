namespace OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

/// <summary>A key, <c>Authentication:ApiKeys:N</c>. The command <c>create-api-key</c> prints an entry.</summary>
public sealed class ApiKeyOptions
{
    /// <summary>The name of the holder. Logs, events and limits show it as <c>key:{name}</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The salted hash of the key. The key itself is not stored anywhere.</summary>
    public string Hash { get; set; } = "";

    /// <summary>The holder's scopes.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>When the key expires; never by default.</summary>
    public DateTimeOffset? Expires { get; set; }

    /// <summary>The only tools that the holder can use, within its scopes; all tools by default.</summary>
    public List<string> Tools { get; set; } = [];

    /// <summary>The only customer whose data the holder sees; all customers by default.</summary>
    public string? CustomerId { get; set; }

    /// <summary>
    /// Whether the server stays open to this machine in Development although it has this key. The AppHost sets it for the keys of
    /// its own tools, so that other clients still need none. Without effect elsewhere.
    /// </summary>
    public bool IsForDevelopment { get; set; }

    /// <summary>Whether the holder, a service, can call on behalf of others.</summary>
    public bool ActsForOthers { get; set; }
}
