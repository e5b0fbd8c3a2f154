using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Data;

/// <summary>An order of a customer, with its status.</summary>
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

    /// <summary>Searchable text besides the note: the name of the customer, the SKUs and names of the lines.</summary>
    public string SearchTerms { get; set; } = "";

    /// <summary>The carrier; set only while the order is shipped or delivered.</summary>
    public string? Carrier { get; set; }
    public string? TrackingNumber { get; set; }
    public DateTimeOffset PlacedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Starts at 1 and grows with every change; prevents lost updates.</summary>
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

        // One index for each list (all, by status, by customer), each in page order. Statistics read only the first: it has
        // every column they sum or group by.
        order.HasIndex(o => new { o.PlacedAt, o.Id }).IsDescending()
            .IncludeProperties(o => new { o.Status, o.CustomerId, o.Currency, o.Total });
        order.HasIndex(o => new { o.Status, o.PlacedAt, o.Id }).IsDescending(false, true, true);
        order.HasIndex(o => new { o.CustomerId, o.PlacedAt, o.Id }).IsDescending(false, true, true);
        order.HasIndex(o => o.Total);
        order.HasSearch("search_terms || ' ' || coalesce(note, '')");
    }
}
