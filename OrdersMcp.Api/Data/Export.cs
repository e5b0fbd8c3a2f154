using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Data;

/// <summary>A job that writes a list of orders into one document, for the caller who requested it.</summary>
public sealed class Export
{
    /// <summary>128 random bits, so that others cannot guess the id.</summary>
    public Guid Id { get; set; }
    public required string Caller { get; set; }
    public ExportStatus Status { get; set; }
    public ExportFormat Format { get; set; }

    /// <summary>The filters, as the JSON of the request.</summary>
    public required string Filters { get; set; }

    /// <summary>The number of orders written.</summary>
    public int Progress { get; set; }

    /// <summary>The number of orders to write; null until they are counted.</summary>
    public int? Total { get; set; }
    public string? Message { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the document is deleted.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Counts the changes of the job, from 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The size of the document in bytes.</summary>
    public long Size { get; set; }
    public int Attempts { get; set; }

    /// <summary>Identifies the worker that holds the job. A worker that lost the job has an old value.</summary>
    public Guid? Lease { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>The trace of the request (W3C trace context). The trace of the work links to it.</summary>
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

/// <summary>The status of an export. The last three are final.</summary>
[JsonConverter(typeof(LowercaseJsonEnumConverter<ExportStatus>))]
public enum ExportStatus
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>The format of the document.</summary>
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

        // The queue: the few unfinished exports, oldest first.
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
