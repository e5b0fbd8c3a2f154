using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Paging;

namespace OrdersMcp.Api.Orders;

/// <summary>Reads orders directly into the contracts: one statement, only the columns shown, no tracking.</summary>
internal static class OrderQueries
{
    /// <summary>
    /// Reads a page. It seeks to the cursor in an index, so page 10,000 costs no more than page 1, and new orders do not
    /// shift it.
    /// </summary>
    public static async Task<OrderPage> ListOrdersAsync(
        this OrdersDbContext db, ListPages pages, ListOrdersParameters list, OrderPosition? after, CancellationToken cancellationToken)
    {
        // One extra order shows whether there is a next page.
        var found = await db.OrderPlaces(list, after)
            .Take(list.Limit + 1)
            .Select(place => new OrderSummary(
                place.Order.Id,
                new OrderCustomer(place.Order.CustomerId, place.Order.Customer.Name),
                place.Order.Status,
                place.Order.Lines.Count,
                place.Order.Currency,
                place.Order.Total,
                place.Order.PlacedAt,
                place.Order.UpdatedAt,
                place.Order.Version))
            .ToListAsync(cancellationToken);
        var (items, next) = pages.Close(
            found, list.Limit, list.List, last => new OrderPosition(last.PlacedAt, last.Id).ToString());
        return new OrderPage(items, next);
    }

    /// <summary>The orders of a list, sorted, after the cursor.</summary>
    public static IQueryable<OrderPlace> OrderPlaces(this OrdersDbContext db, ListOrdersParameters list, OrderPosition? after)
    {
        var orders = Filter(db.Orders, list);
        // Orders with a product are found through its lines: their index is in page order.
        var places = list.Sku is { } sku
            ? db.OrderLines.Where(line => line.Sku == sku).Join(
                orders, line => line.OrderId, order => order.Id,
                (line, order) => new OrderPlace { PlacedAt = line.PlacedAt, Id = line.OrderId, Order = order })
            : orders.Select(order => new OrderPlace { PlacedAt = order.PlacedAt, Id = order.Id, Order = order });

        if (list.PlacedFrom?.ToDatabaseBound() is { } from)
        {
            places = places.Where(place => place.PlacedAt >= from);
        }

        if (list.PlacedBefore?.ToDatabaseBound() is { } before)
        {
            places = places.Where(place => place.PlacedAt < before);
        }

        if (after is not null)
        {
            var (placedAt, orderId) = (after.PlacedAt, after.OrderId);
            places = list.IsOldestFirst
                ? places.Where(place => EF.Functions.GreaterThan(
                    ValueTuple.Create(place.PlacedAt, place.Id), ValueTuple.Create(placedAt, orderId)))
                : places.Where(place => EF.Functions.LessThan(
                    ValueTuple.Create(place.PlacedAt, place.Id), ValueTuple.Create(placedAt, orderId)));
        }

        return list.IsOldestFirst
            ? places.OrderBy(place => place.PlacedAt).ThenBy(place => place.Id)
            : places.OrderByDescending(place => place.PlacedAt).ThenByDescending(place => place.Id);
    }

    private static IQueryable<Order> Filter(IQueryable<Order> orders, ListOrdersParameters list)
    {
        if (list.Status is { Value: var status })
        {
            orders = orders.Where(order => order.Status == status);
        }

        if (list.CustomerId is { } customerId)
        {
            orders = orders.Where(order => order.CustomerId == customerId);
        }

        if (list.TotalFrom is { } smallest)
        {
            orders = orders.Where(order => order.Total >= smallest);
        }

        if (list.TotalTo is { } largest)
        {
            orders = orders.Where(order => order.Total <= largest);
        }

        return list.Text is { } text ? orders.MatchingWords(text) : orders;
    }
}

/// <summary>An order and its sort key in a list.</summary>
internal sealed class OrderPlace
{
    public required DateTimeOffset PlacedAt { get; init; }
    public required long Id { get; init; }
    public required Order Order { get; init; }
}
