using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Idempotency;
using OrdersMcp.Api.Telemetry;

namespace OrdersMcp.Api.Orders;

/// <summary>
/// Changes an order in the transaction of the request. It locks the order first, so that version and status hold until the
/// change is made. Each change is one version and one event.
/// </summary>
internal sealed class OrderChanges(
    OrdersDbContext db, AfterCommit afterCommit, OrdersMetrics metrics, TimeProvider time)
{
    /// <summary>Moves an order to another status, and <paramref name="set"/>s what belongs to it.</summary>
    /// <returns>The reason for a refusal, or null.</returns>
    public async Task<ProblemHttpResult?> MoveAsync(
        long orderId,
        ChangeHeaders headers,
        OrderStatus to,
        Caller caller,
        CancellationToken cancellationToken,
        Action<Order>? set = null,
        string? reason = null)
    {
        var (order, refusal) = await LockAsync(orderId, headers, cancellationToken);
        if (order is null)
        {
            return refusal;
        }

        var from = order.Status;
        if (!from.CanBecome(to))
        {
            return OrderProblems.IllegalTransition(orderId, from, to);
        }

        order.Status = to;
        set?.Invoke(order);
        await SaveAsync(order, from, reason, caller, cancellationToken);
        return null;
    }

    /// <summary>Cancels an order and returns its units to stock.</summary>
    public async Task<ProblemHttpResult?> CancelAsync(
        long orderId, ChangeHeaders headers, string reason, Caller caller, CancellationToken cancellationToken)
    {
        if (await MoveAsync(orderId, headers, OrderStatus.Cancelled, caller, cancellationToken, reason: reason) is { } refusal)
        {
            return refusal;
        }

        var lines = await db.OrderLines.Where(line => line.OrderId == orderId).ToListAsync(cancellationToken);
        var products = await db.LockProductsAsync([.. lines.Select(line => line.Sku)], cancellationToken);
        foreach (var product in products)
        {
            product.Stock += lines.Where(line => line.Sku == product.Sku).Sum(line => line.Quantity);
        }

        await db.SaveChangesAsync(cancellationToken);
        afterCommit.Do(metrics.OrderCancelled);
        return null;
    }

    /// <summary>Adds a line of text to the order's note.</summary>
    public async Task<ProblemHttpResult?> AddNoteAsync(
        long orderId, ChangeHeaders headers, string note, Caller caller, CancellationToken cancellationToken)
    {
        var (order, refusal) = await LockAsync(orderId, headers, cancellationToken);
        if (order is null)
        {
            return refusal;
        }

        var before = string.IsNullOrEmpty(order.Note) ? "" : order.Note + "\n";
        if (before.Length + note.Length > OrderText.MaxNoteLength)
        {
            return OrderProblems.NoteTooLong(orderId, Math.Max(0, OrderText.MaxNoteLength - before.Length));
        }

        order.Note = before + note;
        await SaveAsync(order, order.Status, note, caller, cancellationToken);
        return null;
    }

    private async Task<(Order? Order, ProblemHttpResult? Refusal)> LockAsync(
        long orderId, ChangeHeaders headers, CancellationToken cancellationToken)
    {
        var order = await db.Orders
            .FromSql($"SELECT * FROM orders WHERE id = {orderId} FOR NO KEY UPDATE")
            .AsTracking()
            .SingleOrDefaultAsync(cancellationToken);
        return order switch
        {
            null => (null, OrderProblems.NotFound(orderId)),
            _ when !headers.Accepts(order.Version) => (null, OrderProblems.Stale(orderId, order.Version)),
            _ => (order, null),
        };
    }

    private async Task SaveAsync(
        Order order, OrderStatus from, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetDatabaseNow();
        order.Version++;
        // Even if the clock was set back, a change is not older than the one before.
        order.UpdatedAt = now > order.UpdatedAt ? now : order.UpdatedAt;
        db.Add(new OrderEvent
        {
            OrderId = order.Id,
            Version = order.Version,
            At = order.UpdatedAt,
            Actor = caller.Name,
            Client = caller.Client,
            FromStatus = from,
            ToStatus = order.Status,
            Reason = reason,
        });
        await db.SaveChangesAsync(cancellationToken);
    }
}
