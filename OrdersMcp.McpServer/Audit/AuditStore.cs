using Microsoft.Extensions.Options;

namespace OrdersMcp.McpServer.Audit;

/// <summary>The store that the settings name.</summary>
internal sealed class AuditStore(IServiceProvider services, IOptions<AuditOptions> options)
{
    /// <summary>What is said where there is none.</summary>
    public const string Missing = $"{AuditOptions.Section}:{nameof(AuditOptions.Api)} names none of the APIs, and {AuditOptions.Section}:{nameof(AuditOptions.ConnectionString)} is not set";

    /// <summary>The store; null where calls are not on record.</summary>
    public IAuditStore? Current { get; } = options.Value switch
    {
        { ConnectionString.Length: > 0 } => ActivatorUtilities.CreateInstance<DatabaseAuditStore>(services),
        { Api.Length: > 0 } => ActivatorUtilities.CreateInstance<ApiAuditStore>(services),
        _ => null,
    };
}
