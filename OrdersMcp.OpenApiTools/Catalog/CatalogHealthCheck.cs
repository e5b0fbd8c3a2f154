using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// Unhealthy until each API's document was requested and at least one has tools. Degraded, which still accepts requests,
/// while a document is unusable or an API cannot be reached: the other APIs work, and the tools answer calls with the
/// problem, which helps an agent more than a refused connection.
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
        return Task.FromResult(problems.All(api => api.Value.IsLoaded || api.Value.HasFailed) && catalog.Apis.Values.Any(api => api.IsLoaded)
            ? HealthCheckResult.Degraded(description)
            : HealthCheckResult.Unhealthy(description));
    }
}
