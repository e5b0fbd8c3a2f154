using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Bench;

/// <summary>
/// Our own code that was compiled without optimization. A build of a solution can compile a library as Debug for a service that
/// it compiles as Release.
/// </summary>
internal static class DebugBuild
{
    private static readonly string[] Measured =
    [
        "OrdersMcp.Bench", "OrdersMcp.Bench.Load", "OrdersMcp.Bench.OtlpSink", "OrdersMcp.Bench.Floor", "OrdersMcp.Bench.BareMcp",
        "OrdersMcp.Api", "OrdersMcp.McpServer",
    ];

    /// <summary>The first such assembly of the programs that are measured, as <c>program/assembly</c>, or null.</summary>
    public static string? First() => Measured
        .Select(program => Path.GetDirectoryName(BuiltProgram.Path(program))!)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "OrdersMcp.*.dll").Order(StringComparer.Ordinal))
        .Where(IsDebug)
        .Select(file => Path.Combine(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(file)))!, Path.GetFileName(file)))
        .FirstOrDefault();

    private static bool IsDebug(string file)
    {
        var context = new AssemblyLoadContext(file, isCollectible: true);
        try
        {
            return context.LoadFromAssemblyPath(file).GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true };
        }
        finally
        {
            context.Unload();
        }
    }
}
