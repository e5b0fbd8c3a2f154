namespace OrdersMcp.McpServer.Audit;

/// <summary>The configuration section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>The name of the API (in <c>Mcp:Apis</c>) that stores the records; empty for no audit.</summary>
    public string Api { get; set; } = "";

    /// <summary>
    /// A database of the server that stores the records in place of an API: <c>Data Source=FILE</c> for SQLite,
    /// <c>Host=…</c> for PostgreSQL. A secret, because it can contain a password.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>How long the database keeps records. 90 days unless set.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The path where the API accepts and lists records.</summary>
    public string Path { get; set; } = "/admin/tool-calls";

    /// <summary>The folder for unsent records; unless set, a folder of the user that runs the server.</summary>
    public string Directory { get; set; } = "";

    /// <summary>
    /// The maximum number of waiting bytes. 64 MiB unless set. Above it new records are lost, which is counted and logged.
    /// </summary>
    public long MaxJournalBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>The time that records wait to be sent in one batch. 250 ms unless set.</summary>
    public TimeSpan ShipInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The argument whose numbers identify a call's subject, such as <c>orderId</c>; empty for none.</summary>
    public string SubjectArgument { get; set; } = "";

    /// <summary>
    /// The path where the API creates such subjects, such as <c>/orders</c>: its answer contains the number as <c>id</c>.
    /// </summary>
    public string SubjectCollection { get; set; } = "";

    /// <summary>Whether records are stored.</summary>
    internal bool IsOn => Api.Length > 0 || ConnectionString.Length > 0;

    internal string EffectiveDirectory => Directory.Length > 0 ? Directory
        : System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } data ? data : System.IO.Path.GetTempPath(),
            "ordersmcp", "audit");
}
