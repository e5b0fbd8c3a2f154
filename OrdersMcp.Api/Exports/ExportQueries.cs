using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Orders;

namespace OrdersMcp.Api.Exports;

internal static class ExportQueries
{
    /// <summary>How many orders a list has, counted up to <paramref name="most"/>.</summary>
    public static Task<int> CountOrdersAsync(
        this OrdersDbContext db, ListOrdersParameters list, int most, CancellationToken cancellationToken) =>
        db.OrderPlaces(list, after: null).Take(most).CountAsync(cancellationToken);

    /// <summary>A page of a list with the columns that an export shows.</summary>
    public static Task<List<ExportedOrder>> ReadOrdersToExportAsync(
        this OrdersDbContext db,
        ListOrdersParameters list,
        OrderPosition? after,
        int count,
        CancellationToken cancellationToken) => db.OrderPlaces(list, after)
            .Take(count)
            .Select(place => new ExportedOrder(
                place.Order.Id,
                place.Order.CustomerId,
                place.Order.Customer.Name,
                place.Order.Status,
                place.Order.Lines.Count,
                place.Order.Currency,
                place.Order.Total,
                place.Order.Note,
                place.Order.Carrier,
                place.Order.TrackingNumber,
                place.Order.PlacedAt,
                place.Order.UpdatedAt,
                place.Order.Version))
            .ToListAsync(cancellationToken);
}
