using Microsoft.Extensions.Options;

namespace OrdersMcp.McpServer.Audit;

/// <summary>Selects the store from the settings.</summary>
internal sealed class AuditStore(IServiceProvider services, IOptions<AuditOptions> options)
{
    /// <summary>The explanation if there is no store.</summary>
    public const string Missing = $"{AuditOptions.Section}:{nameof(AuditOptions.Api)} names none of the APIs, and {AuditOptions.Section}:{nameof(AuditOptions.ConnectionString)} is not set";

    /// <summary>The store; null if calls are not recorded.</summary>
    public IAuditStore? Current { get; } = options.Value switch
    {
        { ConnectionString.Length: > 0 } => ActivatorUtilities.CreateInstance<DatabaseAuditStore>(services),
        { Api.Length: > 0 } => ActivatorUtilities.CreateInstance<ApiAuditStore>(services),
        _ => null,
    };
}
