namespace OrdersMcp.Api.Data.Setup;

/// <summary>The settings <c>Seed:…</c>.</summary>
internal sealed class SeedOptions
{
    public const string Section = "Seed";

    /// <summary>Whether to write the demo data into an empty database.</summary>
    public bool Demo { get; set; }
}
