using System.Diagnostics.Metrics;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>The metrics of reading documents (docs/observability.md lists them with their units).</summary>
internal sealed class CatalogMetrics
{
    private readonly Counter<long> _refreshFailures;

    public CatalogMetrics(IMeterFactory factory, ToolCatalog catalog, TimeProvider time)
    {
        var meter = factory.Create(McpAttributes.Meter);
        _refreshFailures = meter.CreateCounter<long>("ordersmcp.catalog.refresh.failures", "{failure}", "Readings of an API's document that failed.");
        meter.CreateObservableGauge("ordersmcp.catalog.tools", () => catalog.Apis.Select(api =>
            new Measurement<int>(api.Value.Tools.Count, Of(api.Key))), "{tool}", "Tools of each API.");
        meter.CreateObservableGauge("ordersmcp.catalog.age", () => catalog.Apis.Where(api => api.Value.ReadAt is not null).Select(api =>
            new Measurement<double>((time.GetUtcNow() - api.Value.ReadAt!.Value).TotalSeconds, Of(api.Key))),
            "s", "Time since an API's document was last read with success.");
    }

    /// <summary>The document of an API could not be read.</summary>
    public void RefreshFailed(string api) => _refreshFailures.Add(1, Of(api));

    private static KeyValuePair<string, object?> Of(string api) => new(McpAttributes.Api, api);
}
