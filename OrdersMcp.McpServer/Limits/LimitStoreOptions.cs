namespace OrdersMcp.McpServer.Limits;

/// <summary>
/// The store in which replicas share the rates of callers and the used confirmations; the configuration section
/// <c>Mcp:Limits:Store</c>.
/// </summary>
public sealed class LimitStoreOptions
{
    public const string Section = "Mcp:Limits:Store";

    /// <summary>The name of the connection string (<c>ConnectionStrings:limits</c>).</summary>
    public const string Connection = "limits";

    /// <summary>Whether requests go on while the store is away. <see cref="StoreAbsence.Open"/> unless set.</summary>
    public StoreAbsence WhenAway { get; set; } = StoreAbsence.Open;

    /// <summary>The longest time that a request waits for the store. 100 ms unless set.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The address and the credentials of a server with the protocol of Redis; empty for no store.</summary>
    internal string ConnectionString { get; set; } = "";

    /// <summary>Whether replicas share their limits.</summary>
    internal bool IsOn => ConnectionString.Length > 0;
}

/// <summary>What happens while the store is away.</summary>
public enum StoreAbsence
{
    /// <summary>Each replica counts for itself, as without a store.</summary>
    Open,

    /// <summary>Requests and confirmations are refused.</summary>
    Closed,
}
