using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>The documents of this folder. Each covers the difficulties of one topic, and all its operations are tested.</summary>
internal static class CorpusDocument
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "McpServer", "Corpus");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    public static ToolBench Bench(string name, Action<ApiOptions>? configure = null) => ToolBench.Of(Read(name), configure);

    public static string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public static OperationTool Tool(this ToolBench bench, string name) =>
        bench.Tools.Single(tool => tool.Definition.Name == name);

    public static string Input(this ToolBench bench, string name) => bench.Tool(name).Definition.InputSchema.GetRawText();

    public static JsonElement Argument(this ToolBench bench, string tool, string name) =>
        bench.Tool(tool).Definition.InputSchema.GetProperty("properties").GetProperty(name);

    public static JsonElement Output(this ToolBench bench, string name) => bench.Tool(name).Definition.OutputSchema!.Value;

    /// <summary>Calls a tool with valid arguments.</summary>
    public static async Task<SentRequest> SendAsync(this ToolBench bench, string tool, string arguments)
    {
        var result = await ToolBench.CallAsync(bench.Tool(tool), arguments);
        Assert.True(result.IsError is not true, ToolBench.Text(result));
        return bench.Requests[^1];
    }

    /// <summary>Calls a tool with invalid arguments and returns the problems.</summary>
    public static async Task<string> RefuseAsync(this ToolBench bench, string tool, string arguments)
    {
        var sent = bench.Requests.Count;
        var problem = ToolBench.Problem(await ToolBench.CallAsync(bench.Tool(tool), arguments));
        Assert.Equal(sent, bench.Requests.Count);
        return problem["errors"]!.ToJsonString();
    }

    /// <summary>The operations in the text of a document: "GET /path".</summary>
    public static IEnumerable<string> OperationsIn(string document)
    {
        var json = document.StartsWith('{')
            ? JsonElement.Parse(document)
            : JsonElement.Parse(YamlToJson.Convert(Encoding.UTF8.GetBytes(document)).Span);
        return from path in json.GetProperty("paths").Members()
               from member in path.Value.Members()
               where ApiOperation.Methods.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Object
               select $"{member.Name.ToUpperInvariant()} {path.Name}";
    }
}
