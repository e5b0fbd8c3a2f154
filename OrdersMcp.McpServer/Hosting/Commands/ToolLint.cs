using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.McpServer.Hosting.Commands;

/// <summary>
/// Finds problems that make the tools of a document hard to use: lost operations, tools without a description or with
/// nearly the same one, and unbounded results. It also counts each tool's tokens in the encoding o200k_base.
/// </summary>
internal sealed class ToolLint
{
    private const int Expensive = 1000;
    private const int MostCompared = 3000;
    private const double NearlyTheSame = 0.85;

    private ToolLint(IReadOnlyList<Finding> findings, int tokens, int tools) => (Findings, Tokens, Tools) = (findings, tokens, tools);

    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>The tokens of all names, descriptions and input schemas.</summary>
    public int Tokens { get; }

    public int Tools { get; }

    public static ToolLint Of(ToolSet set)
    {
        var encoding = TiktokenTokenizer.CreateForEncoding("o200k_base");
        var findings = new List<Finding>();
        foreach (var warning in set.Warnings.Where(warning => warning.Text.StartsWith("is not a tool", StringComparison.Ordinal)))
        {
            findings.Add(new Finding("dropped", warning.Operation, warning.Text));
        }

        var tokens = 0;
        foreach (var tool in set.Tools.OrderBy(tool => tool.Definition.Name, StringComparer.Ordinal))
        {
            var definition = tool.Definition;
            var cost = encoding.CountTokens($"{definition.Name}\n{definition.Description}\n{definition.InputSchema.GetRawText()}");
            tokens += cost;
            if (cost > Expensive)
            {
                findings.Add(new Finding("expensive", definition.Name, $"costs {cost} tokens. Hide or preset arguments, or shorten their descriptions."));
            }

            if (IsUndescribed(tool))
            {
                findings.Add(new Finding("undescribed", definition.Name, $"has no description beyond {Operation(tool)}.") { Tool = tool });
            }

            if (IsUnbounded(tool))
            {
                findings.Add(new Finding("unbounded", definition.Name, "answers a list and has no argument that limits it."));
            }
        }

        findings.AddRange(Alike([.. set.Tools.Where(tool => !IsUndescribed(tool)).Take(MostCompared)]));
        return new ToolLint(findings, tokens, set.Tools.Count);
    }

    /// <summary>An overlay with an action for each tool that needs a description, to be filled in.</summary>
    public JsonObject ProposeOverlay(string api) => new()
    {
        ["overlay"] = "1.0.0",
        ["info"] = new JsonObject { ["title"] = $"Descriptions of the tools of {api}", ["version"] = "1" },
        ["actions"] = new JsonArray([.. Findings.Where(finding => finding.Tool is not null).Select(finding => (JsonNode)new JsonObject
        {
            ["target"] = $"$.paths['{finding.Tool!.Metadata.Path.Replace("'", "\\'", StringComparison.Ordinal)}'].{finding.Tool.Metadata.Method.ToLowerInvariant()}",
            ["update"] = new JsonObject { ["x-mcp"] = new JsonObject { ["description"] = $"{finding.Tool.Definition.Title}: say what it does and when to use it." } },
        })]),
    };

    private static string Operation(OperationTool tool) => $"{tool.Metadata.Method} {tool.Metadata.Path}";

    private static bool IsUndescribed(OperationTool tool) =>
        tool.Definition.Description is not { } description || description == Operation(tool) || ToolNames.Words(description).Count < 3;

    private static bool IsUnbounded(OperationTool tool)
    {
        var answer = tool.Definition.OutputSchema?.Member("properties") ?? default;
        var isList = answer.Member(ToolOutput.WrapperProperty).Text("type") == "array"
            || answer.Members().Any(property => property.Name is "items" or "data" or "results" && property.Value.Text("type") == "array");
        return isList && tool.Metadata.IsSafe && Paging.Find(tool.Definition.InputSchema) is null
            && !tool.Definition.InputSchema.GetProperty("properties").EnumerateObject().Any(argument => argument.Name.Contains("limit", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Tools whose descriptions have nearly the same words: a model cannot distinguish them.</summary>
    private static IEnumerable<Finding> Alike(OperationTool[] tools)
    {
        var words = tools.Select(tool => ToolNames.Words(tool.Definition.Description!).ToHashSet(StringComparer.Ordinal)).ToArray();
        for (var i = 0; i < tools.Length; i++)
        {
            for (var j = i + 1; j < tools.Length; j++)
            {
                var (fewer, more) = words[i].Count < words[j].Count ? (words[i], words[j]) : (words[j], words[i]);
                if (fewer.Count < NearlyTheSame * more.Count)
                {
                    continue;
                }

                var shared = fewer.Count(more.Contains);
                if (shared >= NearlyTheSame * (fewer.Count + more.Count - shared))
                {
                    yield return new Finding("alike", tools[i].Definition.Name, $"has nearly the description of {tools[j].Definition.Name}.");
                    break;
                }
            }
        }
    }

    /// <summary>One problem.</summary>
    /// <param name="Rule">The kind: dropped, expensive, undescribed, unbounded or alike.</param>
    /// <param name="Subject">The tool, or the operation that did not become one.</param>
    /// <param name="Text">The description of the problem.</param>
    internal sealed record Finding(string Rule, string Subject, string Text)
    {
        /// <summary>The tool that needs a description.</summary>
        public OperationTool? Tool { get; init; }

        public override string ToString() => $"{Rule,-12} {Subject}: {Text}";
    }
}
