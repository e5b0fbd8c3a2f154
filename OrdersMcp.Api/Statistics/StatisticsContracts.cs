using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Statistics;

/// <summary>The parameters of <c>get_order_statistics</c>.</summary>
internal sealed record OrderStatisticsParameters(
    [property: FromQuery(Name = "groupBy"), Description("Default none: one total.")]
    Choice<StatisticsGroup>? GroupBy,

    [property: FromQuery(Name = "placedFrom"), Example("2026-09-01T00:00:00Z"),
        Description("Placed at or after; RFC 3339 with offset.")]
    DateTimeOffset? PlacedFrom,

    [property: FromQuery(Name = "placedBefore"), Example("2026-10-01T00:00:00Z"), Description("Placed before this time.")]
    DateTimeOffset? PlacedBefore,

    [property: FromQuery(Name = "limit"), Range(1, 200), Description("Maximum groups.")]
    int Limit = 50);

/// <summary>The groupings of orders.</summary>
internal enum StatisticsGroup
{
    None,
    Day,
    Week,
    Status,
    Customer,
    Product,
}

[Description("Order statistics.")]
public sealed record OrderStatistics(
    [property: Description("Days and weeks, latest first; other groups by revenue, highest first.")]
    IReadOnlyList<OrderStatisticsGroup> Groups,
    [property: Description("Whether there are more groups than limit allows. To see them, narrow the period.")]
    bool IsTruncated);

[Description("The orders of a group in one currency.")]
public sealed record OrderStatisticsGroup(
    [property: Description("The day or the Monday of the week (UTC), status, customer id or SKU; without grouping, all."),
        Example("LAP-14")]
    string Key,
    [property: Untrusted, Description("The name of the customer or product; otherwise null.")] string? Name,
    [property: Description("ISO 4217 currency code; amounts in different currencies are never added."), Example("USD")]
    string Currency,
    [property: Description("Number of orders; by product, the orders that contain it."), Example(12)]
    long Orders,
    [property: Description("Sum of the order totals; by product, of its order lines."), Example(15588.00)] decimal Revenue,
    [property: Description("Revenue divided by orders, rounded to two decimals."), Example(1299.00)] decimal Average);
