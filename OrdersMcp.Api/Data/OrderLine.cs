using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OrdersMcp.Api.Data;

/// <summary>One product of an order, with its name and price at the time of ordering.</summary>
public sealed class OrderLine
{
    public long OrderId { get; set; }

    /// <summary>Position in the order, from 1.</summary>
    public int LineNumber { get; set; }
    public required string Sku { get; set; }
    public required string Name { get; set; }
    public int Quantity { get; set; }
    public decimal UnitPrice { get; set; }
    public required string Currency { get; set; }

    /// <summary>When the order was placed. Lists filtered by product sort by it.</summary>
    public DateTimeOffset PlacedAt { get; set; }
}

internal sealed class OrderLineConfiguration : IEntityTypeConfiguration<OrderLine>
{
    public void Configure(EntityTypeBuilder<OrderLine> line)
    {
        line.ToTable("order_lines", table =>
        {
            table.HasCheckConstraint("ck_order_lines_line_number", "line_number >= 1");
            table.HasCheckConstraint("ck_order_lines_quantity", "quantity > 0");
            table.HasCheckConstraint("ck_order_lines_unit_price", "unit_price >= 0");
            table.HasCheckConstraint("ck_order_lines_currency", "currency ~ '^[A-Z]{3}$'");
        });
        line.HasKey(l => new { l.OrderId, l.LineNumber });
        line.Property(l => l.LineNumber).ValueGeneratedNever();
        line.Property(l => l.Sku).HasMaxLength(40);
        line.Property(l => l.Name).HasMaxLength(200);
        line.Property(l => l.UnitPrice).HasPrecision(18, 2);
        line.Property(l => l.Currency).HasMaxLength(3).IsFixedLength();
        line.HasOne<Order>().WithMany(o => o.Lines).HasForeignKey(l => l.OrderId);
        line.HasOne<Product>().WithMany().HasForeignKey(l => l.Sku).OnDelete(DeleteBehavior.Restrict);
        line.HasIndex(l => new { l.Sku, l.PlacedAt, l.OrderId }).IsUnique().IsDescending(false, true, true);
    }
}
