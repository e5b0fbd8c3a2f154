using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Completion;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Orders;

/// <summary>Reads orders; <see cref="OrderWritesApi"/> changes them.</summary>
internal static class OrdersApi
{
    /// <summary>The resource URI of an order for MCP clients.</summary>
    public const string ResourceUri = "orders://orders/{orderId}";

    /// <summary>The app that shows an order.</summary>
    public const string App = "order-card";

    public static void AddOrders(this IServiceCollection services)
    {
        services.AddJson(OrdersJson.Default);
        services.AddSingleton<OrderReader>();
        services.AddSingleton<OrderReadCheck>(); // it remembers that it passed
        services.AddHealthChecks().AddCheck<OrderReadCheck>("orders", tags: ["ready"]);
        services.AddScoped<OrderPlacement>();
        services.AddScoped<OrderChanges>();
    }

    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/orders").WithTags("orders").BuffersResponses().ValidateParameters().ProducesCommonErrors();

        orders.MapGet("/", ListOrders)
            .WithName("list_orders")
            .WithSummary("List orders")
            .WithDescription(
                "Finds orders; filters combine. Returns pages of summaries. Use get_order for the lines, note and tracking "
                + "of one order, and get_order_statistics to count or sum.")
            .Reads();

        orders.MapGet("/{orderId}", GetOrder)
            .WithName("get_order")
            .WithSummary("Get an order")
            .WithDescription(
                "Returns one order: customer, lines, total, status, note, and once shipped, carrier and tracking number. "
                + "To find its id, use list_orders.")
            .Reads()
            .AsResource(ResourceUri, ("orderId", CompletionApi.OrderIds))
            .ShownIn(App)
            .ProducesError(404, "There is no order with this id.");

        orders.MapGet("/{orderId}/history", GetOrderHistory)
            .WithName("get_order_history")
            .WithSummary("Get an order's history")
            .WithDescription("Lists an order's changes, oldest first: when, who, old and new status, and why.")
            .Reads()
            .ProducesError(404, "There is no order with this id.");

        orders.MapOrderWrites();
    }

    private static async Task<Results<Ok<OrderPage>, ProblemHttpResult>> ListOrders(
        [AsParameters] ListOrdersParameters list, OrdersDbContext db, ListPages pages, CancellationToken cancellationToken)
    {
        return pages.Open<OrderPosition>(list.Cursor, list.List, OrderPosition.TryParse, out var after) is { } refusal
            ? refusal
            : TypedResults.Ok(await db.ListOrdersAsync(pages, list, after, cancellationToken));
    }

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> GetOrder(
        [Id, Description("The order's id."), Example(1L)] long orderId,
        OrderReader orders,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (await orders.FindAsync(orderId, Caller.CustomerOf(context.User), cancellationToken) is not { } order)
        {
            return OrderProblems.NotFound(orderId);
        }

        context.Response.Headers.ETag = EntityTag.Of(order.Version);
        return TypedResults.Ok(order);
    }

    private static async Task<Results<Ok<OrderHistoryPage>, ProblemHttpResult>> GetOrderHistory(
        [Id, Description("The order's id."), Example(1L)] long orderId,
        [AsParameters] OrderHistoryParameters history,
        OrdersDbContext db,
        ListPages pages,
        CancellationToken cancellationToken)
    {
        var list = Cursor.Fingerprint("order-history", orderId);
        if (pages.Open<int>(history.Cursor, list, ItemNumber.TryParse, out var afterVersion) is { } refusal)
        {
            return refusal;
        }

        return await db.ReadHistoryAsync(pages, orderId, list, afterVersion, history.Limit, cancellationToken) is { } page
            ? TypedResults.Ok(page)
            : OrderProblems.NotFound(orderId);
    }
}
