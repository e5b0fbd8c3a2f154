using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Orders;

namespace OrdersMcp.Api.Exports;

[Description("Which orders to export; all without a filter.")]
internal sealed record ExportOrdersRequest(
    [property: Description("Default csv.")] Choice<ExportFormat>? Format = null,
    [property: Description("Order status.")] Choice<OrderStatus>? Status = null,
    [property: Id, Description("Customer id.")] long? CustomerId = null,
    [property: Sku, Description("A product in the order.")] string? Sku = null,
    [property: Description("RFC 3339 with offset.")] DateTimeOffset? PlacedFrom = null,
    [property: Description("Placed before.")] DateTimeOffset? PlacedBefore = null,
    [property: Money, Description("Minimum total.")] decimal? TotalFrom = null,
    [property: Money, Description("Maximum total.")] decimal? TotalTo = null,
    [property: Search, Description("Word prefixes.")] string? Q = null)
{
    /// <summary>The same filters for the list, newest first.</summary>
    internal ListOrdersParameters ToList() => new(
        Status, CustomerId, Sku, PlacedFrom, PlacedBefore, TotalFrom, TotalTo, Q, Sort: null, Cursor: null);
}

[Description("An export job, which writes orders to a document.")]
public sealed record ExportJob(
    [property: Description("The export's id."), Example("5f0c6a51c2f04b7fae3c2a4b9d9e7c10")] string Id,
    [property: Description("queued or running; finally succeeded, failed or cancelled.")] ExportStatus Status,
    [property: Description("Orders written so far."), Example(500)] int Progress,
    [property: Description("Orders to write; null until they are counted."), Example(1200)] int? Total,
    [property: Description("Why the export failed and what to do; otherwise null.")] string? Message,
    [property: Description("Document format: csv or json.")] ExportFormat Format,
    [property: Description("When the export was requested, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When the document is deleted, UTC.")] DateTimeOffset ExpiresAt)
{
    public static ExportJob Of(Export export) => new(
        export.Id.ToString("N"),
        export.Status,
        export.Progress,
        export.Total,
        export.Message,
        export.Format,
        export.CreatedAt,
        export.ExpiresAt);
}

[Description("An order in an export.")]
public sealed record ExportedOrder(
    [property: Description("The order's id."), Example(1L)] long Id,
    [property: Description("The customer's id."), Example(1234L)] long CustomerId,
    [property: Untrusted, Description("The customer's name."), Example("Alice Johnson")] string CustomerName,
    [property: Description(OrderText.Status)] OrderStatus Status,
    [property: Description("Number of order lines, one per product."), Example(1)] int LineCount,
    [property: Description(OrderText.Currency), Example("USD")] string Currency,
    [property: Description("Sum of quantity times unit price over all lines."), Example(1299.00)] decimal Total,
    [property: Untrusted, Description("The customer's note and later additions.")] string? Note,
    [property: Description("The carrier; null until the order is shipped."), Example("UPS")] string? Carrier,
    [property: Description("The carrier's tracking number; null until the order is shipped.")] string? TrackingNumber,
    [property: Description("When the order was placed, UTC.")] DateTimeOffset PlacedAt,
    [property: Description("When the order last changed, UTC.")] DateTimeOffset UpdatedAt,
    [property: Description("Increases with every change."), Example(3)] int Version);

/// <summary>The id of an export.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class ExportIdAttribute : RegularExpressionAttribute
{
    public ExportIdAttribute()
        : base("^[0-9a-f]{32}$") =>
        ErrorMessage = "must be an export id, the 32 hexadecimal digits that export_orders returned.";
}
