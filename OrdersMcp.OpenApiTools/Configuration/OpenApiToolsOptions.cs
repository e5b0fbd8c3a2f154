
namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>The configuration section <c>Mcp</c>.</summary>
public sealed class OpenApiToolsOptions
{
    public const string Section = "Mcp";

    /// <summary>The APIs whose operations become tools.</summary>
    public List<ApiOptions> Apis { get; set; } = [];

    /// <summary>The server's description of itself.</summary>
    public ServerOptions Server { get; set; } = new();

    /// <summary>Defaults for the API of a name, for settings that it does not set itself.</summary>
    public Dictionary<string, ApiDefaults> ApiDefaults { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The interval between readings of each document. 15 s unless set.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the first requests wait for tools that are still being loaded. 5 s unless set.</summary>
    public TimeSpan FirstLoadWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum size in bytes of a tool's answer in JSON or text before it is cut. 32 KiB unless set.</summary>
    public int ResultByteBudget { get; set; } = 32 * 1024;

    /// <summary>Whether <c>tools/list</c> shows all tools to every caller; unless set, only those they may use.</summary>
    public bool ListAllTools { get; set; }

    /// <summary>
    /// Whether <c>POST /catalog/refresh</c> exists, for every caller that can reach it. Unless set, only in development and
    /// only for callers on this machine.
    /// </summary>
    public bool? RefreshEndpoint { get; set; }

    /// <summary>The number of tools on one page of <c>tools/list</c>. 100 unless set.</summary>
    public int ToolsPerPage { get; set; } = 100;

    /// <summary>The content of <c>tools/list</c> if there are many tools.</summary>
    public ToolListOptions ToolList { get; set; } = new();

    /// <summary>The number of resources, templates or prompts on one page of their lists. 100 unless set.</summary>
    public int ItemsPerPage { get; set; } = 100;

    /// <summary>The maximum size in bytes of a resource; larger ones are refused, never cut. 1 MiB unless set.</summary>
    public int ResourceByteBudget { get; set; } = 1024 * 1024;

    /// <summary>The maximum number of concurrent <c>subscriptions/listen</c> streams of this server. 2000 unless set.</summary>
    public int MaxSubscriptionStreams { get; set; } = 2000;

    /// <summary>
    /// The secret that all replicas sign with, at least 32 bytes as base64 or as text; unless set, a random one for the
    /// process.
    /// </summary>
    public string? SigningKey { get; set; }

    /// <summary>
    /// Secrets whose signatures are accepted too: the next or the previous key during a replacement. Empty entries are
    /// ignored.
    /// </summary>
    public List<string> AcceptedSigningKeys { get; set; } = [];

    /// <summary>How long a person has to answer a confirmation. 5 min unless set.</summary>
    public TimeSpan ConfirmationLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a call waits for its job if the client does not support tasks. 5 min unless set.</summary>
    public TimeSpan LongestJobWait { get; set; } = TimeSpan.FromMinutes(5);
}
