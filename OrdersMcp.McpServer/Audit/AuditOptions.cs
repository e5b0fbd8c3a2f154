namespace OrdersMcp.McpServer.Audit;

/// <summary>The configuration section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>The name of the API (of <c>Mcp:Apis</c>) that keeps the records; empty for no audit.</summary>
    public string Api { get; set; } = "";

    /// <summary>Where that API takes records, and lists them.</summary>
    public string Path { get; set; } = "/admin/tool-calls";

    /// <summary>Where records wait until the API has them; unless set, a folder of the user that runs the server.</summary>
    public string Directory { get; set; } = "";

    /// <summary>How many bytes may wait. 64 MiB unless set; beyond, new records are lost, and that is counted and logged.</summary>
    public long MaxJournalBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long records wait for others to be sent with. 250 ms unless set.</summary>
    public TimeSpan ShipInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The argument whose numbers name what a call is about, such as <c>orderId</c>; empty where no argument does.</summary>
    public string SubjectArgument { get; set; } = "";

    /// <summary>
    /// The path where the API makes such a thing, such as <c>/orders</c>: its answer has the number as <c>id</c>.
    /// </summary>
    public string SubjectCollection { get; set; } = "";

    internal string EffectiveDirectory => Directory.Length > 0 ? Directory
        : System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } data ? data : System.IO.Path.GetTempPath(),
            "ordersmcp", "audit");
}
