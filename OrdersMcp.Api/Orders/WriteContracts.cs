using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Orders;

[Description("An order to place. Prices are those of the products at this moment.")]
public sealed record CreateOrderRequest(
    [property: Id, Example(1234L), Description("Who orders.")]
    long CustomerId,
    [property: Length(1, OrderText.MaxLines), Description("What is ordered, each SKU once.")]
    IReadOnlyList<CreateOrderLine> Lines,
    [property: Text(OrderText.MaxNoteLength), Untrusted, Description("What the customer says about the order.")]
    string? Note = null);

[Description("A product to order.")]
public sealed record CreateOrderLine(
    [property: Sku, Example("KEY-ME"), Description("From search_products.")] string Sku,
    [property: Range(1, 10_000), Example(1), Description("Pieces.")] int Quantity);

[Description("A note to add.")]
public sealed record AddOrderNoteRequest(
    [property: Text(OrderText.MaxNoteLength), Untrusted, Example("Customer asks for delivery after 17:00."),
        Description("Text to add.")]
    string Note);

[Description("How the order is shipped.")]
public sealed record ShipOrderRequest(
    [property: Text(100), Example("UPS"), Description("Who carries the parcel.")] string Carrier,
    [property: Text(100), Example("1Z999AA10123456784"), Description("The carrier's number.")] string TrackingNumber);

[Description("Why the order is cancelled.")]
public sealed record CancelOrderRequest(
    [property: Text(500), Untrusted, Example("Ordered twice by mistake."), Description("Why; kept in the history.")]
    string Reason);

[Description("One change of an order.")]
public sealed record OrderEventResponse(
    [property: Description("The order's version after the change."), Example(2)] int Version,
    [property: Description("When, UTC.")] DateTimeOffset At,
    [property: Description("Who asked for the change."), Example("anonymous")] string Actor,
    [property: Untrusted, Description("The program that the change came through, as it names itself.")] string? Client,
    [property: Description("The status before: pending, processing, shipped, delivered or cancelled; null when placed.")]
    OrderStatus? From,
    [property: Description("The status after; equal to from when a note was added.")] OrderStatus To,
    [property: Untrusted, Description("Why, or the note that was added.")] string? Reason);

[Description("One page of an order's changes, oldest first.")]
public sealed record OrderHistoryPage(
    [property: Description("The changes of this page.")] IReadOnlyList<OrderEventResponse> Items,
    [property: Description(ListText.NextCursor)] string? NextCursor);
