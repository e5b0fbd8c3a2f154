using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OrdersMcp.Api.Data;

/// <summary>A product, identified by its stock-keeping unit.</summary>
public sealed class Product
{
    public required string Sku { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public decimal UnitPrice { get; set; }
    public required string Currency { get; set; }

    /// <summary>Units neither sold nor reserved; the database rejects a negative stock.</summary>
    public long Stock { get; set; }
}

internal sealed class ProductConfiguration : IEntityTypeConfiguration<Product>
{
    public void Configure(EntityTypeBuilder<Product> product)
    {
        product.ToTable("products", table =>
        {
            table.HasCheckConstraint("ck_products_sku", "sku ~ '^[A-Z0-9][A-Z0-9-]*$'");
            table.HasCheckConstraint("ck_products_name", "btrim(name) <> ''");
            table.HasCheckConstraint("ck_products_unit_price", "unit_price >= 0");
            table.HasCheckConstraint("ck_products_currency", "currency ~ '^[A-Z]{3}$'");
            table.HasCheckConstraint("ck_products_stock", "stock >= 0");
        });
        product.HasKey(p => p.Sku);
        product.Property(p => p.Sku).HasMaxLength(40);
        product.Property(p => p.Name).HasMaxLength(200);
        product.Property(p => p.Description).HasMaxLength(2000);
        product.Property(p => p.UnitPrice).HasPrecision(18, 2);
        product.HasSearch("sku || ' ' || name || ' ' || coalesce(description, '')");
        product.Property(p => p.Currency).HasMaxLength(3).IsFixedLength();
    }
}
