using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>
/// Unhealthy until every API's tools are there. Degraded, which still takes requests, while an API cannot be reached
/// later: its tools then answer calls with what is wrong, which says more to an agent than a refused connection.
/// </summary>
internal sealed class CatalogHealthCheck(ToolCatalog catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problems = catalog.Apis.Where(api => api.Value.Problem is not null).ToArray();
        if (problems.Length == 0)
        {
            return Task.FromResult(HealthCheckResult.Healthy());
        }

        var description = string.Join("; ", problems.Select(api => $"{api.Key}: {api.Value.Problem}"));
        return Task.FromResult(problems.All(api => api.Value.IsLoaded)
            ? HealthCheckResult.Degraded(description)
            : HealthCheckResult.Unhealthy(description));
    }
}
