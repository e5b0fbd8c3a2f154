using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.Tests.McpServer;

/// <summary>
/// Whole documents: the project's own, and real public documents (GitHub, Stripe, the Petstore …) in the folder named by the
/// environment variable ORDERSMCP_DOCUMENTS. They are not committed.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class PublicDocumentTests
{
    private const string Own = "the project's own";
    private const int MegabytesLimit = 400;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static TheoryData<string> DocumentNames =>
    [
        Own,
        .. Environment.GetEnvironmentVariable("ORDERSMCP_DOCUMENTS") is { Length: > 0 } folder
            ? Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".json" or ".yaml")
            : [],
    ];

    [Theory]
    [MemberData(nameof(DocumentNames))]
    public async Task Every_operation_is_a_valid_tool_or_a_named_warning(string name)
    {
        var document = name == Own ? Documents.Things : await File.ReadAllTextAsync(name, TestContext.Current.CancellationToken);
        var bench = ToolBench.Of(document, api => api.ExcludeTags = []);

        Assert.All(bench.Tools, tool =>
        {
            ToolSchemaRules.AssertValid(tool.Definition.InputSchema);
            if (tool.Definition.OutputSchema is { } output)
            {
                ToolSchemaRules.AssertValid(output);
            }
        });
        await MetaSchema.AssertValidAsync(bench.Tools);
        Assert.Equal(bench.Tools.Count, bench.Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var lost = bench.Warnings.Where(warning => warning.Text.StartsWith("is not a tool", StringComparison.Ordinal)).Select(warning => warning.Operation);
        Assert.Equal(Operations(document), bench.Tools.Count + lost.Distinct(StringComparer.Ordinal).Count());
        TestContext.Current.TestOutputHelper!.WriteLine($"{bench.Tools.Count} tools, {bench.Warnings.Count} warnings");
    }

    [Theory]
    [MemberData(nameof(DocumentNames))]
    public async Task Tools_are_made_in_seconds_and_little_memory(string name)
    {
        if (name != Own)
        {
            await ToolsProgram.AssertLightAsync(name, Limit, MegabytesLimit);
            return;
        }

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Documents.Things, TestContext.Current.CancellationToken);
        await ToolsProgram.AssertLightAsync(file, Limit, MegabytesLimit);
        File.Delete(file);
    }

    private static JsonElement Json(string document) => document.StartsWith('{')
        ? JsonElement.Parse(document)
        : JsonElement.Parse(YamlToJson.Convert(Encoding.UTF8.GetBytes(document)).Span);

    private static int Operations(string document) => Json(document).GetProperty("paths").EnumerateObject()
        .Sum(path => path.Value.EnumerateObject().Count(member => member.Name is "get" or "put" or "post" or "delete" or "patch" or "head" or "options" or "trace"));
}
