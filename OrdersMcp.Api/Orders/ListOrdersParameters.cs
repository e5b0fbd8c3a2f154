using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Orders;

/// <summary>The parameters of <c>list_orders</c>.</summary>
internal sealed record ListOrdersParameters(
    [property: FromQuery(Name = "status"), Description("Order status.")]
    Choice<OrderStatus>? Status,

    [property: FromQuery(Name = "customerId"), Id, Example(1234L),
        Description("Customer id.")]
    long? CustomerId,

    [property: FromQuery(Name = "sku"), Sku, Example("LAP-14"), Description("A product in the order.")]
    string? Sku,

    [property: FromQuery(Name = "placedFrom"), Example("2026-09-01T00:00:00Z"),
        Description("Placed at or after; RFC 3339 with offset.")]
    DateTimeOffset? PlacedFrom,

    [property: FromQuery(Name = "placedBefore"), Example("2026-10-01T00:00:00Z"), Description("Placed before this time.")]
    DateTimeOffset? PlacedBefore,

    [property: FromQuery(Name = "totalFrom"), Money, Description("Minimum total.")]
    decimal? TotalFrom,

    [property: FromQuery(Name = "totalTo"), Money, Description("Maximum total.")]
    decimal? TotalTo,

    [property: FromQuery(Name = "q"), Search, Example("laptop"),
        Description("Word prefixes; all must occur in customer name, items or note.")]
    string? Text,

    [property: FromQuery(Name = "sort"), Description("By time placed; default newest first.")]
    Choice<OrderSort>? Sort,

    [property: FromQuery(Name = "cursor"), Cursor, Description(ListText.Cursor)]
    string? Cursor,

    [property: FromQuery(Name = "limit"), Range(1, 200), Description(ListText.Limit)]
    int Limit = 20)
{
    public bool IsOldestFirst => Sort?.Value == OrderSort.Oldest;

    /// <summary>The list that a cursor belongs to.</summary>
    public uint List => Http.Paging.Cursor.Fingerprint(
        "orders", Status?.Value, CustomerId, Sku, PlacedFrom?.UtcTicks, PlacedBefore?.UtcTicks, TotalFrom, TotalTo, Text,
        IsOldestFirst);
}

/// <summary>The sort orders of the list, by time placed.</summary>
internal enum OrderSort
{
    Newest,
    Oldest,
}
