using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Orders;

[Description("An order to place, at the current product prices.")]
public sealed record CreateOrderRequest(
    [property: Id, Example(1234L), Description("The customer's id.")]
    long CustomerId,
    [property: Length(1, OrderText.MaxLines), Description("Products to order, each SKU once.")]
    IReadOnlyList<CreateOrderLine> Lines,
    [property: Text(OrderText.MaxNoteLength), Untrusted, Description("The customer's note.")]
    string? Note = null);

[Description("A product to order.")]
public sealed record CreateOrderLine(
    [property: Sku, Example("KEY-ME"), Description("From search_products.")] string Sku,
    [property: Range(1, 10_000), Example(1), Description("Units.")] int Quantity);

[Description("A note to add.")]
public sealed record AddOrderNoteRequest(
    [property: Text(OrderText.MaxNoteLength), Untrusted, Example("Customer asks for delivery after 17:00."),
        Description("Text to add.")]
    string Note);

[Description("Shipment details.")]
public sealed record ShipOrderRequest(
    [property: Text(100), Example("UPS"), Description("Shipping carrier.")] string Carrier,
    [property: Text(100), Example("1Z999AA10123456784"), Description("Tracking number.")] string TrackingNumber);

[Description("Why the order is cancelled.")]
public sealed record CancelOrderRequest(
    [property: Text(500), Untrusted, Example("Ordered twice by mistake."), Description("Reason; kept in the history.")]
    string Reason);

[Description("A change to an order.")]
public sealed record OrderEventResponse(
    [property: Description("The order's version after the change."), Example(2)] int Version,
    [property: Description("When the order changed, UTC.")] DateTimeOffset At,
    [property: Description("Who made the change."), Example("anonymous")] string Actor,
    [property: Untrusted, Description("The program that made the change, as it names itself.")] string? Client,
    [property: Description("The status before; null when the order was placed.")]
    OrderStatus? From,
    [property: Description("The status after; same as from if only a note was added.")] OrderStatus To,
    [property: Untrusted, Description("The reason for a cancellation, or the added note.")] string? Reason);

[Description("One page of an order's changes, oldest first.")]
public sealed record OrderHistoryPage(
    [property: Description("The changes of this page.")] IReadOnlyList<OrderEventResponse> Items,
    [property: Description(ListText.NextCursor)] string? NextCursor);
