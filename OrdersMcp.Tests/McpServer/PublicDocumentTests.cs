using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.Tests.McpServer;

/// <summary>
/// Real public documents (GitHub, Stripe, the Petstore …) from the folder that the environment variable
/// ORDERSMCP_DOCUMENTS names. They are not committed, so this runs when asked for: -explicit only.
/// </summary>
public sealed class PublicDocumentTests
{
    private const string FolderVariable = "ORDERSMCP_DOCUMENTS";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact(Explicit = true)]
    public async Task Every_operation_is_a_valid_tool_or_a_named_warning()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.True(Directory.Exists(folder), $"{FolderVariable} names no folder with OpenAPI documents (*.json, *.yaml)");
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".json" or ".yaml"))
        {
            var document = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            var started = Stopwatch.GetTimestamp();
            var bench = ToolBench.Of(document, api => api.ExcludeTags = []);
            var elapsed = Stopwatch.GetElapsedTime(started);

            Assert.All(bench.Tools, tool =>
            {
                ToolSchemaRules.AssertValid(tool.Definition.InputSchema);
                if (tool.Definition.OutputSchema is { } output)
                {
                    ToolSchemaRules.AssertValid(output);
                }
            });
            Assert.Equal(bench.Tools.Count, bench.Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            var lost = bench.Warnings.Where(warning => warning.Text.StartsWith("is no tool", StringComparison.Ordinal)).Select(warning => warning.Operation);
            Assert.Equal(Operations(document), bench.Tools.Count + lost.Distinct(StringComparer.Ordinal).Count());
            Assert.InRange(elapsed, TimeSpan.Zero, Limit);
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{Path.GetFileName(file)}: {bench.Tools.Count} tools, {bench.Warnings.Count} warnings, {elapsed.TotalSeconds:0.00} s");
        }
    }

    private static JsonElement Json(string document) => document.StartsWith('{')
        ? JsonElement.Parse(document)
        : JsonElement.Parse(YamlToJson.Convert(Encoding.UTF8.GetBytes(document)).Span);

    private static int Operations(string document) => Json(document).GetProperty("paths").EnumerateObject()
        .Sum(path => path.Value.EnumerateObject().Count(member => member.Name is "get" or "put" or "post" or "delete" or "patch" or "head" or "options" or "trace"));
}
