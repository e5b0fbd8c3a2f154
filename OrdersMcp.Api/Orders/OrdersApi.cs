using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Errors;
using OrdersMcp.Api.Parameters;

namespace OrdersMcp.Api.Orders;

internal static class OrdersApi
{
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/orders")
            .WithTags("orders")
            .ValidateParameters()
            .ProducesError(400, "Parameters break rules; errors names each parameter, its rule and what was received.")
            .ProducesError(500, "The API failed; the traceId finds the reason in its telemetry.")
            .ProducesError(503, "The database is unavailable; try again after a few seconds.");

        orders.MapGet("/", ListOrders)
            .WithName("list_orders")
            .WithSummary("List orders")
            .WithDescription(
                "Lists orders, newest first, optionally only those in one status or of one customer. Use it to find "
                + "orders when the id is not known; use get_order for the lines, note and tracking of one order. "
                + "Answers a page: when nextCursor is not null there are more, and passing it as cursor gets them.");

        orders.MapGet("/{orderId}", GetOrder)
            .WithName("get_order")
            .WithSummary("Get an order")
            .WithDescription(
                "Gets one order by its id: customer, lines, total, status, note, and carrier and tracking number once "
                + "it is shipped. Use list_orders first when the id is not known.")
            .ProducesError(404, "There is no order with this id.");
    }

    private static async Task<Results<Ok<OrderPage>, ProblemHttpResult>> ListOrders(
        [AsParameters] ListOrdersParameters list, OrdersDbContext db, CancellationToken cancellationToken)
    {
        var after = OrderCursor.TryParse(list.Cursor, out var cursor) ? cursor : null;
        if (after is not null && after.Filters != OrderCursor.FiltersOf(list))
        {
            return Problems.InvalidParameter(
                "cursor", "belongs to a list with other filters. Repeat the filters of the page it came from.");
        }

        return TypedResults.Ok(await db.ListOrdersAsync(list, after, cancellationToken));
    }

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> GetOrder(
        [Id, Description("The id of the order."), Example(1L)] long orderId,
        OrdersDbContext db,
        CancellationToken cancellationToken) =>
        await db.FindOrderAsync(orderId, cancellationToken) is { } order
            ? TypedResults.Ok(order)
            : Problems.OrderNotFound(orderId);
}
