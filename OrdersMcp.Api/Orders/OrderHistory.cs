using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Paging;

namespace OrdersMcp.Api.Orders;

/// <summary>The parameters of <c>get_order_history</c> besides the order.</summary>
internal sealed record OrderHistoryParameters(
    [property: FromQuery(Name = "cursor"), Cursor, Description(ListText.Cursor)]
    string? Cursor,

    [property: FromQuery(Name = "limit"), Range(1, 200), Description(ListText.Limit)]
    int Limit = 20);

internal static class OrderHistory
{
    /// <returns>A page, oldest first, or null if the order does not exist.</returns>
    public static async Task<OrderHistoryPage?> ReadHistoryAsync(
        this OrdersDbContext db, ListPages pages, long orderId, uint list, int afterVersion, int limit, CancellationToken cancellationToken)
    {
        var found = await db.OrderEvents
            .Where(change => change.OrderId == orderId && change.Version > afterVersion)
            .OrderBy(change => change.Version)
            .Take(limit + 1)
            .Select(change => new OrderEventResponse(
                change.Version,
                change.At,
                change.Actor,
                change.Client,
                change.FromStatus,
                change.ToStatus,
                change.Reason))
            .ToListAsync(cancellationToken);
        if (found.Count == 0 && !await db.Orders.AnyAsync(order => order.Id == orderId, cancellationToken))
        {
            return null;
        }

        var (items, next) = pages.Close(found, limit, list, last => last.Version.ToString(CultureInfo.InvariantCulture));
        return new OrderHistoryPage(items, next);
    }
}
