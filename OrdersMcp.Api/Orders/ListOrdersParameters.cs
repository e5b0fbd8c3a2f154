using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Parameters;

namespace OrdersMcp.Api.Orders;

/// <summary>What <c>list_orders</c> takes.</summary>
internal sealed record ListOrdersParameters(
    [property: FromQuery(Name = "status"),
        Description("Only orders in this status.")]
    Choice<OrderStatus>? Status,

    [property: FromQuery(Name = "customerId"), Id, Example(1234L),
        Description("Only orders of the customer with this id.")]
    long? CustomerId,

    [property: FromQuery(Name = "cursor"), OrderCursor,
        Description("Where to go on: nextCursor of the page before, unchanged, together with the same filters.")]
    string? Cursor,

    [property: FromQuery(Name = "limit"), Range(1, 200),
        Description("The largest number of orders in the answer.")]
    int Limit = 20);
