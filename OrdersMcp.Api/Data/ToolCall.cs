using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OrdersMcp.Api.Data;

/// <summary>
/// The record of one tool call: who did what, with which outcome. Records are never changed; the service has no right to do
/// so (see <see cref="Setup.ServiceRole"/>).
/// </summary>
public sealed class ToolCall
{
    /// <summary>The outcome of a call that succeeded.</summary>
    public const string Ok = "ok";

    /// <summary>A version 7 UUID from the recorder: a record sent twice is stored once.</summary>
    public Guid Id { get; set; }

    /// <summary>When the call started.</summary>
    public DateTimeOffset At { get; set; }
    public required string Caller { get; set; }

    /// <summary>The program, as it names itself: untrusted.</summary>
    public string? Client { get; set; }
    public required string Tool { get; set; }
    public string? Operation { get; set; }

    /// <summary>SHA-256 of the arguments, in hexadecimal digits.</summary>
    public string? ArgumentHash { get; set; }

    /// <summary>The arguments with personal data masked.</summary>
    public string? ArgumentSummary { get; set; }

    /// <summary>The original arguments of a read-only call, so that it can be repeated.</summary>
    public string? Arguments { get; set; }

    /// <summary><see cref="Ok"/>, or the <c>error.type</c>.</summary>
    public required string Outcome { get; set; }
    public double DurationMs { get; set; }
    public string? TraceId { get; set; }
    public string? ProtocolVersion { get; set; }

    /// <summary>SHA-256 of the result, in hexadecimal digits.</summary>
    public string? ResultHash { get; set; }
    public required long[] OrderIds { get; set; }
}

internal sealed class ToolCallConfiguration : IEntityTypeConfiguration<ToolCall>
{
    public void Configure(EntityTypeBuilder<ToolCall> call)
    {
        call.ToTable("tool_calls", table => table.HasCheckConstraint("ck_tool_calls_duration_ms", "duration_ms >= 0"));
        call.Property(c => c.Id).ValueGeneratedNever();
        call.Property(c => c.Caller).HasMaxLength(200);
        call.Property(c => c.Client).HasMaxLength(200);
        call.Property(c => c.Tool).HasMaxLength(100);
        call.Property(c => c.Operation).HasMaxLength(200);
        call.Property(c => c.ArgumentHash).HasMaxLength(64);
        call.Property(c => c.ArgumentSummary).HasMaxLength(2048);
        // Not jsonb, which loses the order of members and rejects an escaped NUL.
        call.Property(c => c.Arguments).HasColumnType("json");
        call.Property(c => c.Outcome).HasMaxLength(100);
        call.Property(c => c.TraceId).HasMaxLength(32);
        call.Property(c => c.ProtocolVersion).HasMaxLength(20);
        call.Property(c => c.ResultHash).HasMaxLength(64);

        call.HasIndex(c => new { c.At, c.Id }).IsDescending();
        call.HasIndex(c => new { c.Tool, c.At, c.Id }).IsDescending(false, true, true);
        // Almost all calls succeed, so the index by time finds them.
        call.HasIndex(c => new { c.Outcome, c.At, c.Id }).IsDescending(false, true, true).HasFilter($"outcome <> '{ToolCall.Ok}'");
        call.HasIndex(c => new { c.Caller, c.At, c.Id }).IsDescending(false, true, true);
        call.HasIndex(c => c.TraceId);
        call.HasIndex(c => c.OrderIds).HasMethod("gin");
    }
}
