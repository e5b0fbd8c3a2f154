using System.Runtime.InteropServices;

namespace OrdersMcp.Bench.Servers;

/// <summary>How a program is started. Secrets go into the environment, which other users cannot read.</summary>
internal sealed record Launch(string FileName, params string[] Arguments)
{
    /// <summary>The <c>dotnet</c> that this program runs on: its shared framework lies three folders below.</summary>
    public static string DotNet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    public string WorkingDirectory { get; init; } = "/";

    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);
}
