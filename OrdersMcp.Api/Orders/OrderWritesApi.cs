using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.Idempotency;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Orders;

/// <summary>Places and changes orders. Every endpoint runs in the transaction of its request.</summary>
internal static class OrderWritesApi
{
    public static void MapOrderWrites(this RouteGroupBuilder orders)
    {
        orders.MapPost("/", CreateOrder)
            .WithName("create_order")
            .WithSummary("Place an order")
            .WithDescription(
                "Places a pending order and reserves its stock, all or nothing. If stock is short, the error lists what is "
                + "available.")
            .AsWrite()
            .ProducesError(
                409, "Stock is short, the customer is blocked, or the first request with this key is still running.");

        orders.MapPost("/{orderId}/notes", AddOrderNote)
            .WithName("add_order_note")
            .WithSummary("Add a note to an order")
            .WithDescription("Appends a line to the order's note, in any status.")
            .AsChange(conflict: "The note would be too long");

        orders.MapPost("/{orderId}/processing", StartProcessingOrder)
            .WithName("start_processing_order")
            .WithSummary("Start processing an order")
            .WithDescription("Moves a pending order to processing: the warehouse begins to pack it.")
            .AsChange();

        orders.MapPost("/{orderId}/shipment", ShipOrder)
            .WithName("ship_order")
            .WithSummary("Ship an order")
            .WithDescription("Moves a processing order to shipped. Shipped orders cannot be cancelled.")
            .AsChange();

        orders.MapPost("/{orderId}/delivery", DeliverOrder)
            .WithName("deliver_order")
            .WithSummary("Mark an order as delivered")
            .WithDescription("Moves a shipped order to delivered, its final status.")
            .AsChange();

        orders.MapPost("/{orderId}/cancellation", CancelOrder)
            .WithName("cancel_order")
            .WithSummary("Cancel an order")
            .WithDescription(
                "Cancels a pending or processing order and returns its stock. Cannot be undone.")
            .AsChange()
            .Confirmed(
                "Cancel order {id}? It is {status} and its total is {total} {currency}. Its items return to stock. This "
                + "cannot be undone.",
                preview: "get_order",
                repeat: "orderId");
    }

    private static async Task<Results<Created<OrderResponse>, ProblemHttpResult>> CreateOrder(
        [AsParameters] WriteHeaders headers,
        Body<CreateOrderRequest> body,
        OrderPlacement orders,
        Caller caller,
        OrdersDbContext db,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        _ = headers; // declared for validation; the transaction uses its key
        var (orderId, refusal) = await orders.PlaceAsync(body.Value, caller, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        var order = (await OrderReader.FindAsync(db, orderId, cancellationToken))!;
        response.Headers.ETag = EntityTag.Of(order.Version);
        response.Headers.Location = $"/orders/{orderId}";
        return TypedResults.Created((string?)null, order);
    }

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> AddOrderNote(
        [Id, Description("The order's id."), Example(1L)] long orderId,
        [AsParameters] ChangeHeaders headers,
        Body<AddOrderNoteRequest> body,
        OrderChanges orders,
        Caller caller,
        OrdersDbContext db,
        HttpResponse response,
        CancellationToken cancellationToken) => await db.RespondAsync(
            orderId, await orders.AddNoteAsync(orderId, headers, body.Value.Note, caller, cancellationToken), response, cancellationToken);

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> StartProcessingOrder(
        [Id, Description("The order's id."), Example(3L)] long orderId,
        [AsParameters] ChangeHeaders headers,
        OrderChanges orders,
        Caller caller,
        OrdersDbContext db,
        HttpResponse response,
        CancellationToken cancellationToken) => await db.RespondAsync(
            orderId,
            await orders.MoveAsync(orderId, headers, OrderStatus.Processing, caller, cancellationToken),
            response,
            cancellationToken);

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> ShipOrder(
        [Id, Description("The order's id."), Example(2L)] long orderId,
        [AsParameters] ChangeHeaders headers,
        Body<ShipOrderRequest> body,
        OrderChanges orders,
        Caller caller,
        OrdersDbContext db,
        HttpResponse response,
        CancellationToken cancellationToken) => await db.RespondAsync(
            orderId,
            await orders.MoveAsync(orderId, headers, OrderStatus.Shipped, caller, cancellationToken, order =>
            {
                order.Carrier = body.Value.Carrier;
                order.TrackingNumber = body.Value.TrackingNumber;
            }),
            response,
            cancellationToken);

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> DeliverOrder(
        [Id, Description("The order's id."), Example(1L)] long orderId,
        [AsParameters] ChangeHeaders headers,
        OrderChanges orders,
        Caller caller,
        OrdersDbContext db,
        HttpResponse response,
        CancellationToken cancellationToken) => await db.RespondAsync(
            orderId,
            await orders.MoveAsync(orderId, headers, OrderStatus.Delivered, caller, cancellationToken),
            response,
            cancellationToken);

    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> CancelOrder(
        [Id, Description("The order's id."), Example(3L)] long orderId,
        [AsParameters] ChangeHeaders headers,
        Body<CancelOrderRequest> body,
        OrderChanges orders,
        Caller caller,
        OrdersDbContext db,
        HttpResponse response,
        CancellationToken cancellationToken) => await db.RespondAsync(
            orderId,
            await orders.CancelAsync(orderId, headers, body.Value.Reason, caller, cancellationToken),
            response,
            cancellationToken);

    private static RouteHandlerBuilder AsWrite(this RouteHandlerBuilder endpoint) => endpoint
        .InTransaction()
        .Writes()
        .ProducesError(413, "The body is larger than 64 KB.")
        .ProducesError(415, "The body is not application/json.")
        .ProducesError(422, "The Idempotency-Key was used for a different request.");

    private static RouteHandlerBuilder AsChange(this RouteHandlerBuilder endpoint, string? conflict = null) =>
        endpoint
            .AsWrite()
            .ProducesError(404, "There is no order with this id.")
            .ProducesError(
                409,
                (conflict ?? "The order's status does not allow this step (allowedNext lists the steps it allows)")
                + ", or the first request with this key is still running.")
            .ProducesError(412, "The order's version does not match If-Match.");

    /// <summary>Responds with the changed order and its ETag.</summary>
    private static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> RespondAsync(
        this OrdersDbContext db,
        long orderId,
        ProblemHttpResult? refusal,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (refusal is not null)
        {
            return refusal;
        }

        var order = (await OrderReader.FindAsync(db, orderId, cancellationToken))!;
        response.Headers.ETag = EntityTag.Of(order.Version);
        return TypedResults.Ok(order);
    }
}
