namespace OrdersMcp.Api.Data.Setup;

/// <summary>The settings <c>Seed:…</c>.</summary>
internal sealed class SeedOptions
{
    public const string Section = "Seed";

    /// <summary>Whether to write the demo data into an empty database.</summary>
    public bool Demo { get; set; }

    /// <summary>
    /// The moment that the times of demo data and generated orders lead up to; by default the moment of seeding. Set it to
    /// get the same data on another day.
    /// </summary>
    public DateTimeOffset? Until { get; set; }

    public DateTimeOffset EndOfData(TimeProvider time) => Until ?? time.GetUtcNow();
}
