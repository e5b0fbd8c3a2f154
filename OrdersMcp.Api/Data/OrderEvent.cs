using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OrdersMcp.Api.Data;

/// <summary>A change to an order: who did what, when and why. Each version of an order has one event.</summary>
public sealed class OrderEvent
{
    public long OrderId { get; set; }

    /// <summary>The version of the order after the change.</summary>
    public int Version { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>The caller.</summary>
    public required string Actor { get; set; }

    /// <summary>The program of the caller.</summary>
    public string? Client { get; set; }

    /// <summary>The status before; null when the order was placed.</summary>
    public OrderStatus? FromStatus { get; set; }

    /// <summary>The status after; the same as before when only a note was added.</summary>
    public OrderStatus ToStatus { get; set; }

    /// <summary>The reason for a cancellation, or the added note: untrusted.</summary>
    public string? Reason { get; set; }

    /// <summary>The changes that lead to a status, one per <paramref name="step"/>; for generated data.</summary>
    internal static List<OrderEvent> HistoryTo(OrderStatus status, DateTimeOffset placedAt, TimeSpan step, string actor)
    {
        OrderStatus[] way = status == OrderStatus.Cancelled
            ? [OrderStatus.Pending, OrderStatus.Cancelled]
            : [.. Enum.GetValues<OrderStatus>().Where(earlier => earlier <= status)];
        return [.. way.Select((reached, index) => new OrderEvent
        {
            Version = index + 1,
            At = placedAt + (index * step),
            Actor = actor,
            FromStatus = index == 0 ? null : way[index - 1],
            ToStatus = reached,
            Reason = reached == OrderStatus.Cancelled ? "Cancelled by the customer." : null,
        })];
    }
}

internal sealed class OrderEventConfiguration : IEntityTypeConfiguration<OrderEvent>
{
    public void Configure(EntityTypeBuilder<OrderEvent> change)
    {
        const string Statuses = "('pending', 'processing', 'shipped', 'delivered', 'cancelled')";
        change.ToTable("order_events", table =>
        {
            table.HasCheckConstraint("ck_order_events_from_status", $"from_status IN {Statuses}");
            table.HasCheckConstraint("ck_order_events_to_status", $"to_status IN {Statuses}");
            table.HasCheckConstraint("ck_order_events_first", "(version = 1) = (from_status IS NULL)");
        });
        change.HasKey(e => new { e.OrderId, e.Version });
        change.Property(e => e.Version).ValueGeneratedNever();
        change.Property(e => e.Actor).HasMaxLength(200);
        change.Property(e => e.Client).HasMaxLength(200);
        change.Property(e => e.FromStatus).HasMaxLength(20).HasConversion<LowercaseEnumConverter<OrderStatus>>();
        change.Property(e => e.ToStatus).HasMaxLength(20).HasConversion<LowercaseEnumConverter<OrderStatus>>();
        change.Property(e => e.Reason).HasMaxLength(2000);
        change.HasOne<Order>().WithMany(o => o.Events).HasForeignKey(e => e.OrderId);
    }
}
