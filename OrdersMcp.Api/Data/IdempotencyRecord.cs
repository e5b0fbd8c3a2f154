using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OrdersMcp.Api.Data;

/// <summary>
/// The response of a write, by caller and key. It is stored in the transaction of the write, so both exist or neither.
/// </summary>
public sealed class IdempotencyRecord
{
    public required string Caller { get; set; }
    public required string Key { get; set; }

    /// <summary>SHA-256 of the method, the target and the body, which a replay must repeat.</summary>
    public required byte[] Fingerprint { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null only inside the transaction of the write.</summary>
    public int? Status { get; set; }
    public string? EntityTag { get; set; }
    public string? Location { get; set; }
    public byte[]? Body { get; set; }
}

internal sealed class IdempotencyRecordConfiguration : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> record)
    {
        record.ToTable("idempotency_keys");
        record.HasKey(r => new { r.Caller, r.Key });
        record.Property(r => r.Caller).HasMaxLength(200);
        record.Property(r => r.Key).HasMaxLength(200);
        record.Property(r => r.EntityTag).HasMaxLength(100);
        record.Property(r => r.Location).HasMaxLength(200);
        record.HasIndex(r => r.CreatedAt);
    }
}
