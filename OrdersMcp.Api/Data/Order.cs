using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Data;

/// <summary>What a customer ordered, and how far it is on its way.</summary>
public sealed class Order
{
    public long Id { get; set; }
    public long CustomerId { get; set; }
    public Customer Customer { get; set; } = null!;
    public OrderStatus Status { get; set; }
    public required string Currency { get; set; }
    public decimal Total { get; set; }

    /// <summary>Free text from the customer: untrusted.</summary>
    public string? Note { get; set; }

    /// <summary>What finds the order besides its note: the customer's name, the SKUs and names of its lines.</summary>
    public string SearchTerms { get; set; } = "";

    /// <summary>Who carries the parcel; set exactly when the order is shipped or delivered.</summary>
    public string? Carrier { get; set; }
    public string? TrackingNumber { get; set; }
    public DateTimeOffset PlacedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Counts the changes, from 1; guards every update against a lost one.</summary>
    public int Version { get; set; } = 1;

    public List<OrderLine> Lines { get; set; } = [];
    public List<OrderEvent> Events { get; set; } = [];

    /// <summary>The <see cref="SearchTerms"/> of a customer's order.</summary>
    public static string SearchTermsOf(string customerName, IEnumerable<OrderLine> lines) =>
        string.Join(' ', lines.SelectMany(line => new[] { line.Sku, line.Name }).Prepend(customerName));
}

/// <summary>pending → processing → shipped → delivered; an order can be cancelled before it is shipped.</summary>
[JsonConverter(typeof(LowercaseJsonEnumConverter<OrderStatus>))]
public enum OrderStatus
{
    Pending,
    Processing,
    Shipped,
    Delivered,
    Cancelled,
}

internal sealed class OrderConfiguration : IEntityTypeConfiguration<Order>
{
    public void Configure(EntityTypeBuilder<Order> order)
    {
        order.ToTable("orders", table =>
        {
            table.HasCheckConstraint(
                "ck_orders_status", "status IN ('pending', 'processing', 'shipped', 'delivered', 'cancelled')");
            table.HasCheckConstraint("ck_orders_currency", "currency ~ '^[A-Z]{3}$'");
            table.HasCheckConstraint("ck_orders_total", "total >= 0");
            table.HasCheckConstraint("ck_orders_version", "version >= 1");
            table.HasCheckConstraint("ck_orders_updated_at", "updated_at >= placed_at");
            table.HasCheckConstraint(
                "ck_orders_shipment",
                "(carrier IS NOT NULL) = (status IN ('shipped', 'delivered')) AND "
                + "(tracking_number IS NOT NULL) = (status IN ('shipped', 'delivered'))");
        });
        order.Property(o => o.Id).UseIdentityByDefaultColumn();
        order.Property(o => o.Status).HasMaxLength(20).HasConversion<LowercaseEnumConverter<OrderStatus>>();
        order.Property(o => o.Currency).HasMaxLength(3).IsFixedLength();
        order.Property(o => o.Total).HasPrecision(18, 2);
        order.Property(o => o.Note).HasMaxLength(2000);
        order.Property(o => o.Carrier).HasMaxLength(100);
        order.Property(o => o.TrackingNumber).HasMaxLength(100);
        order.Property(o => o.Version).IsConcurrencyToken();
        order.HasOne(o => o.Customer).WithMany().HasForeignKey(o => o.CustomerId).OnDelete(DeleteBehavior.Restrict);

        // One index for each list: all, by status, by customer; each in the order of the pages.
        // Statistics read the first alone: it has every column that they add up or group by.
        order.HasIndex(o => new { o.PlacedAt, o.Id }).IsDescending()
            .IncludeProperties(o => new { o.Status, o.CustomerId, o.Currency, o.Total });
        order.HasIndex(o => new { o.Status, o.PlacedAt, o.Id }).IsDescending(false, true, true);
        order.HasIndex(o => new { o.CustomerId, o.PlacedAt, o.Id }).IsDescending(false, true, true);
        order.HasIndex(o => o.Total);
        order.HasSearch("search_terms || ' ' || coalesce(note, '')");
    }
}
