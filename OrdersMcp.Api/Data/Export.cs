using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Data;

/// <summary>A job that writes the orders of a list into one document, for the caller who asked for it.</summary>
public sealed class Export
{
    /// <summary>128 random bits: who has the id got it from its owner.</summary>
    public Guid Id { get; set; }
    public required string Caller { get; set; }
    public ExportStatus Status { get; set; }
    public ExportFormat Format { get; set; }

    /// <summary>What the orders are filtered by, as the JSON of the request.</summary>
    public required string Filters { get; set; }

    /// <summary>How many orders are written.</summary>
    public int Progress { get; set; }

    /// <summary>How many orders there are to write; null until they are counted.</summary>
    public int? Total { get; set; }
    public string? Message { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the document is deleted.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Counts the changes of the job, from 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Bytes of the document.</summary>
    public long Size { get; set; }
    public int Attempts { get; set; }

    /// <summary>Whoever works on the job knows this number; a worker that was given up does not know the new one.</summary>
    public Guid? Lease { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>The trace of the request (W3C trace context), to which that of the work is linked.</summary>
    public string? TraceParent { get; set; }
}

/// <summary>A piece of an export's document.</summary>
public sealed class ExportChunk
{
    public Guid ExportId { get; set; }

    /// <summary>Position in the document, from 1.</summary>
    public int Number { get; set; }
    public required byte[] Content { get; set; }
}

/// <summary>How far an export is; the last three are ends.</summary>
[JsonConverter(typeof(LowercaseJsonEnumConverter<ExportStatus>))]
public enum ExportStatus
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>What an export's document is written in.</summary>
[JsonConverter(typeof(LowercaseJsonEnumConverter<ExportFormat>))]
public enum ExportFormat
{
    Csv,
    Json,
}

internal sealed class ExportConfiguration : IEntityTypeConfiguration<Export>
{
    public void Configure(EntityTypeBuilder<Export> export)
    {
        export.ToTable("exports", table =>
        {
            table.HasCheckConstraint(
                "ck_exports_status", "status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')");
            table.HasCheckConstraint("ck_exports_format", "format IN ('csv', 'json')");
            table.HasCheckConstraint("ck_exports_progress", "progress >= 0 AND size >= 0");
            table.HasCheckConstraint("ck_exports_lease", "(lease IS NULL) = (leased_until IS NULL)");
        });
        export.Property(e => e.Id).ValueGeneratedNever();
        export.Property(e => e.Caller).HasMaxLength(200);
        export.Property(e => e.Status).HasMaxLength(20).HasConversion<LowercaseEnumConverter<ExportStatus>>();
        export.Property(e => e.Format).HasMaxLength(20).HasConversion<LowercaseEnumConverter<ExportFormat>>();
        export.Property(e => e.Filters).HasColumnType("jsonb");
        export.Property(e => e.Message).HasMaxLength(500);
        export.Property(e => e.TraceParent).HasMaxLength(55);

        // The queue: the few that are not at their end, the oldest first.
        export.HasIndex(e => e.CreatedAt).HasFilter("status IN ('queued', 'running')");
        export.HasIndex(e => new { e.Caller, e.ExpiresAt });
        export.HasIndex(e => e.ExpiresAt);
    }
}

internal sealed class ExportChunkConfiguration : IEntityTypeConfiguration<ExportChunk>
{
    public void Configure(EntityTypeBuilder<ExportChunk> chunk)
    {
        chunk.ToTable("export_chunks", table => table.HasCheckConstraint("ck_export_chunks_number", "number >= 1"));
        chunk.HasKey(c => new { c.ExportId, c.Number });
        chunk.Property(c => c.Number).ValueGeneratedNever();
        chunk.HasOne<Export>().WithMany().HasForeignKey(c => c.ExportId);
    }
}
