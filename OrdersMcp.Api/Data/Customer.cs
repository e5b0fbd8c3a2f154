using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Data;

/// <summary>A customer. Each e-mail address belongs to one customer.</summary>
public sealed class Customer
{
    public long Id { get; set; }
    public required string Name { get; set; }
    public required string Email { get; set; }
    public CustomerStatus Status { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Whether a customer may place orders.</summary>
[JsonConverter(typeof(LowercaseJsonEnumConverter<CustomerStatus>))]
public enum CustomerStatus
{
    Active,
    Blocked,
}

internal sealed class CustomerConfiguration : IEntityTypeConfiguration<Customer>
{
    public void Configure(EntityTypeBuilder<Customer> customer)
    {
        customer.ToTable("customers", table =>
        {
            table.HasCheckConstraint("ck_customers_name", "btrim(name) <> ''");
            table.HasCheckConstraint("ck_customers_email", "email = lower(email) AND email LIKE '_%@_%'");
            table.HasCheckConstraint("ck_customers_status", "status IN ('active', 'blocked')");
        });
        customer.Property(c => c.Id).UseIdentityByDefaultColumn();
        customer.Property(c => c.Name).HasMaxLength(200);
        customer.Property(c => c.Email).HasMaxLength(320);
        customer.Property(c => c.Status).HasMaxLength(20).HasConversion<LowercaseEnumConverter<CustomerStatus>>();
        customer.Property(c => c.CreatedAt).HasDefaultValueSql("now()");
        customer.HasIndex(c => c.Email).IsUnique();
        customer.HasSearch("name || ' ' || email");
    }
}
