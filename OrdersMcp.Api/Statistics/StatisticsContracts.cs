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
        Description("Placed then or later; RFC 3339 with offset.")]
    DateTimeOffset? PlacedFrom,

    [property: FromQuery(Name = "placedBefore"), Example("2026-10-01T00:00:00Z"), Description("Placed earlier.")]
    DateTimeOffset? PlacedBefore,

    [property: FromQuery(Name = "limit"), Range(1, 200), Description("Most groups to answer.")]
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

[Description("Counted orders.")]
public sealed record OrderStatistics(
    [property: Description("The groups: days and weeks from the latest on, the others from the highest revenue on.")]
    IReadOnlyList<OrderStatisticsGroup> Groups,
    [property: Description("Whether there are more groups than limit allowed; narrow the period to see the rest.")]
    bool IsTruncated);

[Description("The orders of a group in one currency.")]
public sealed record OrderStatisticsGroup(
    [property: Description("all, the day or the Monday of the week (UTC), the status, the customer's id, or the SKU."),
        Example("LAP-14")]
    string Key,
    [property: Untrusted, Description("The name of the customer or product; else null.")] string? Name,
    [property: Description("ISO 4217 code of the currency; amounts of several currencies are never added."), Example("USD")]
    string Currency,
    [property: Description("How many orders; those that have the product where the groups are products."), Example(12)]
    long Orders,
    [property: Description("Sum of the orders' totals; of the product's lines where the groups are products."),
        Example(15588.00)]
    decimal Revenue,
    [property: Description("Revenue divided by orders, in hundredths."), Example(1299.00)] decimal Average);
