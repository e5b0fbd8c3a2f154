using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
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

    /// <summary>By its metadata, because what the assembly refers to is not all here.</summary>
    private static bool IsDebug(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind == HandleKind.MemberReference
                && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } type
                && metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)type).Name, nameof(DebuggableAttribute)))
            {
                var value = metadata.GetBlobReader(attribute.Value);
                value.ReadUInt16(); // the prolog, ECMA-335 II.23.3
                return ((DebuggableAttribute.DebuggingModes)value.ReadInt32()).HasFlag(DebuggableAttribute.DebuggingModes.DisableOptimizations);
            }
        }

        return false;
    }
}
