
namespace OrdersMcp.McpServer.Configuration;

/// <summary>The configuration section <c>Mcp</c>.</summary>
public sealed class McpOptions
{
    public const string Section = "Mcp";

    /// <summary>The APIs whose operations are the tools.</summary>
    public List<ApiOptions> Apis { get; set; } = [];

    /// <summary>What holds for the API of a name where its own settings leave it open.</summary>
    public Dictionary<string, ApiDefaults> ApiDefaults { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How often each document is read again. 15 s unless set.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a first request waits for tools that are still being loaded. 5 s unless set.</summary>
    public TimeSpan FirstLoadWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many bytes of JSON or text a tool's answer may have before it is cut. 32 KiB unless set.</summary>
    public int ResultByteBudget { get; set; } = 32 * 1024;

    /// <summary>Whether <c>tools/list</c> shows every tool to everybody; unless set, callers see only the tools they may use.</summary>
    public bool ListAllTools { get; set; }

    /// <summary>
    /// Whether <c>POST /catalog/refresh</c> is there, for whoever reaches it. Unless set, only in development and only for
    /// callers on this machine.
    /// </summary>
    public bool? RefreshEndpoint { get; set; }

    /// <summary>How many tools one page of <c>tools/list</c> has. 100 unless set.</summary>
    public int ToolsPerPage { get; set; } = 100;

    /// <summary>What <c>tools/list</c> shows where there are many tools.</summary>
    public ToolListOptions ToolList { get; set; } = new();

    /// <summary>How many resources, templates or prompts one page of their lists has. 100 unless set.</summary>
    public int ItemsPerPage { get; set; } = 100;

    /// <summary>How many bytes a resource may have; a larger one is refused, never cut. 1 MiB unless set.</summary>
    public int ResourceByteBudget { get; set; } = 1024 * 1024;

    /// <summary>How many streams of <c>subscriptions/listen</c> this server holds at once. 2000 unless set.</summary>
    public int MaxSubscriptionStreams { get; set; } = 2000;

    /// <summary>
    /// The secret that all replicas sign with, at least 32 bytes as base64 or as text; unless set, one of the process.
    /// </summary>
    public string? SigningKey { get; set; }

    /// <summary>
    /// Secrets whose signatures are accepted too: the next or the previous key while it is replaced. Empty entries count for
    /// nothing.
    /// </summary>
    public List<string> AcceptedSigningKeys { get; set; } = [];

    /// <summary>How long a person has to answer a confirmation. 5 min unless set.</summary>
    public TimeSpan ConfirmationLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a call waits for the job that it began, where the client knows no tasks. 5 min unless set.</summary>
    public TimeSpan LongestJobWait { get; set; } = TimeSpan.FromMinutes(5);
}
