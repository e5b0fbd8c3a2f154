using System.Runtime.InteropServices;

namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>Finds programs.</summary>
internal static class Executable
{
    /// <summary>The <c>dotnet</c> that this host runs on: its shared framework lies three folders below.</summary>
    public static string DotNet { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    /// <summary>The full path of a program on PATH, or null.</summary>
    public static string? Find(string name, params string[] alsoIn) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(alsoIn)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
