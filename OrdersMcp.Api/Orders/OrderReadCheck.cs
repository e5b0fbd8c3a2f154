using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Api.Orders;

/// <summary>
/// Healthy once this instance has read an order. The first read opens a connection, prepares the statement and compiles the
/// code for it, which callers would otherwise wait for after each start. Later checks cost nothing.
/// </summary>
internal sealed class OrderReadCheck(OrderReader orders, DatabaseState state) : IHealthCheck
{
    private const long AnyOrder = 1; // it need not exist

    private volatile bool _hasRead;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_hasRead)
        {
            return HealthCheckResult.Healthy();
        }

        if (!state.IsMigrated)
        {
            return HealthCheckResult.Unhealthy("There is no schema to read orders from yet.");
        }

        try
        {
            await orders.FindAsync(AnyOrder, onlyCustomer: null, cancellationToken);
        }
        catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception))
        {
            return HealthCheckResult.Unhealthy("No order could be read yet.", exception);
        }

        _hasRead = true;
        return HealthCheckResult.Healthy();
    }
}
