using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Orders;

/// <summary>Reads orders straight into the contract: one statement, the shown columns, nothing tracked.</summary>
internal static class OrderQueries
{
    private static readonly Func<OrdersDbContext, long, CancellationToken, Task<OrderResponse?>> ById =
        EF.CompileAsyncQuery((OrdersDbContext db, long id, CancellationToken _) => db.Orders
            .Where(order => order.Id == id)
            .Select(order => new OrderResponse(
                order.Id,
                new OrderCustomer(order.CustomerId, order.Customer.Name),
                order.Status,
                order.Lines
                    .OrderBy(line => line.LineNumber)
                    .Select(line => new OrderLineResponse(line.Sku, line.Name, line.Quantity, line.UnitPrice))
                    .ToList(),
                order.Currency,
                order.Total,
                order.Note,
                order.Carrier,
                order.TrackingNumber,
                order.PlacedAt,
                order.UpdatedAt,
                order.Version))
            .SingleOrDefault());

    public static Task<OrderResponse?> FindOrderAsync(
        this OrdersDbContext db, long orderId, CancellationToken cancellationToken) =>
        ById(db, orderId, cancellationToken);

    /// <summary>
    /// A page, newest first. It starts after the cursor by an index, so that page 10,000 costs what page 1 does, and an
    /// order that is placed meanwhile moves nothing.
    /// </summary>
    public static async Task<OrderPage> ListOrdersAsync(
        this OrdersDbContext db, ListOrdersParameters list, OrderCursor? after, CancellationToken cancellationToken)
    {
        IQueryable<Order> orders = db.Orders;
        if (list.Status is { Value: var status })
        {
            orders = orders.Where(order => order.Status == status);
        }

        if (list.CustomerId is { } customerId)
        {
            orders = orders.Where(order => order.CustomerId == customerId);
        }

        if (after is not null)
        {
            var (placedAt, orderId) = (after.PlacedAt, after.OrderId);
            orders = orders.Where(order => EF.Functions.LessThan(
                ValueTuple.Create(order.PlacedAt, order.Id), ValueTuple.Create(placedAt, orderId)));
        }

        // One more than asked for tells whether there is a next page.
        var found = await orders
            .OrderByDescending(order => order.PlacedAt)
            .ThenByDescending(order => order.Id)
            .Take(list.Limit + 1)
            .Select(order => new OrderSummary(
                order.Id,
                new OrderCustomer(order.CustomerId, order.Customer.Name),
                order.Status,
                order.Lines.Count,
                order.Currency,
                order.Total,
                order.PlacedAt,
                order.UpdatedAt))
            .ToListAsync(cancellationToken);
        if (found.Count <= list.Limit)
        {
            return new OrderPage(found, NextCursor: null);
        }

        found.RemoveAt(found.Count - 1);
        var next = new OrderCursor(found[^1].PlacedAt, found[^1].Id, OrderCursor.FiltersOf(list));
        return new OrderPage(found, next.ToString());
    }
}
