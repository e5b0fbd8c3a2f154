using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace OrdersMcp.McpServer.Limits;

/// <summary>
/// Degraded, which still accepts requests, while the store is away: without this server, agents would only learn less
/// (docs/decisions/0002-degraded-is-ready.md).
/// </summary>
internal sealed class LimitStoreHealthCheck(LimitStore store, IOptions<LimitStoreOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        !options.Value.IsOn || await store.AskAsync("probe", LimitStore.ProbeAsync) is not null
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("The store of the shared limits does not answer.");
}
