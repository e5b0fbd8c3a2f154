using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.Deployment;

/// <summary>The Bicep compiler on a copy of <c>infra/</c>, without Azure.</summary>
internal static class Bicep
{
    public const string Subscription = "00000000-0000-0000-0000-000000000001";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly string? Program = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => metadata.Key == "Bicep")?.Value;

    private static readonly ConcurrentDictionary<string, Lazy<Task<JsonObject[]>>> Predictions = new(StringComparer.Ordinal);

    /// <summary>Runs a command of the compiler, which writes warnings to standard error.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string folder, string[] arguments, params (string Name, string Value)[] settings)
    {
        Assert.SkipWhen(Program is null, "The Bicep compiler is served for Linux x64 only.");
        var start = new ProcessStartInfo(Program, arguments) { WorkingDirectory = folder };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AZURE_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return await ProgramRun.RunAsync(start, Patience);
    }

    /// <summary>The resources that a deployment with these azd settings would create. Cached for each combination.</summary>
    /// <param name="template"><c>main</c>, <c>api</c> or <c>mcp</c>.</param>
    /// <param name="settings">The environment of azd.</param>
    public static Task<JsonObject[]> PredictAsync(string template, params (string Name, string Value)[] settings) => Predictions.GetOrAdd(
        $"{template} {string.Join(' ', settings)}", _ => new(() => CompileAsync(template, settings))).Value;

    private static async Task<JsonObject[]> CompileAsync(string template, (string Name, string Value)[] settings)
    {
        using var folder = Copy();
        string[] scope = template == "main" ? ["--location", "westeurope"] : ["--resource-group", "rg-ordersmcp"];
        var (exitCode, output, error) = await RunAsync(
            folder.Path, ["snapshot", $"{template}.bicepparam", "--mode", "overwrite", "--subscription-id", Subscription, .. scope], settings);
        Assert.True(exitCode == 0, output + error);

        var snapshot = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(folder.Path, $"{template}.snapshot.json"), TestContext.Current.CancellationToken))!;
        Assert.Empty(snapshot["diagnostics"]!.AsArray());
        return [.. snapshot["predictedResources"]!.AsArray().Select(resource => resource!.AsObject())];
    }

    public static TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        var infra = Path.Combine(AppContext.BaseDirectory, "infra");
        foreach (var file in Directory.EnumerateFiles(infra, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Path, Path.GetRelativePath(infra, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }
}
