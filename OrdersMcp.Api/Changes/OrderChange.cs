using System.ComponentModel;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Orders;

namespace OrdersMcp.Api.Changes;

/// <summary>A change to an order, without free text.</summary>
[Description("A change to an order.")]
public sealed record OrderChange(
    [property: Description("The order's id."), Example(1L)] long OrderId,
    [property: Description("The id of the order's customer."), Example(1234L)] long CustomerId,
    [property: Description("The order's version after the change."), Example(3)] int Version,
    [property: Description(OrderText.Status)] OrderStatus Status,
    [property: Description("When the order changed, UTC.")] DateTimeOffset At);
