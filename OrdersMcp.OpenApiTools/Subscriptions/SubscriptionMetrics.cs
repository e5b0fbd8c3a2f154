using System.Diagnostics.Metrics;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>Counts the open streams.</summary>
internal sealed class SubscriptionMetrics(IMeterFactory factory)
{
    private readonly UpDownCounter<long> _subscriptions = factory.Create(McpAttributes.Meter)
        .CreateUpDownCounter<long>("ordersmcp.subscriptions.open", "{stream}", "Open subscription streams.");

    /// <summary>A subscription stream was opened. Disposing of the result closes it.</summary>
    public IDisposable SubscriptionOpened()
    {
        _subscriptions.Add(1);
        return new OpenStream(_subscriptions);
    }

    private sealed class OpenStream(UpDownCounter<long> subscriptions) : IDisposable
    {
        private int _isClosed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isClosed, 1) == 0)
            {
                subscriptions.Add(-1);
            }
        }
    }
}
