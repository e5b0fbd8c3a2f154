using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using OrdersMcp.OpenApiTools.Tools;
using OrdersMcp.Tests.Api;

namespace OrdersMcp.Tests.McpServer;

/// <summary>
/// The tools that agents see are a contract. Accept an intended change with
/// <c>ORDERSMCP_UPDATE_SNAPSHOT=1 dotnet test OrdersMcp.Tests --filter ToolSnapshotTests</c>.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class ToolSnapshotTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string UpdateVariable = "ORDERSMCP_UPDATE_SNAPSHOT";
    private const int ContextBudget = 2700;

    private static readonly JsonSerializerOptions Indented =
        new(McpJsonUtilities.DefaultOptions) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Tools_are_those_of_the_snapshot()
    {
        var (set, _) = await OrdersTools.ReadAsync(api);
        var tools = new JsonArray([.. set.Tools
            .OrderBy(tool => tool.Definition.Name, StringComparer.Ordinal)
            .Select(tool => JsonSerializer.SerializeToNode(tool.Definition, McpJsonUtilities.DefaultOptions))]);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            await File.WriteAllTextAsync(SnapshotPath(), tools.ToJsonString(Indented) + "\n", TestContext.Current.CancellationToken);
        }

        var snapshot = JsonNode.Parse(await File.ReadAllTextAsync(SnapshotPath(), TestContext.Current.CancellationToken))!.AsArray();

        var differences = ToolDifference.Between(snapshot, tools);

        Assert.True(
            differences.Count == 0,
            $"The tools differ from the snapshot; {UpdateVariable}=1 accepts the changes:\n{string.Join('\n', differences)}");
    }

    [Fact]
    public async Task Document_has_no_flaws()
    {
        var (set, _) = await OrdersTools.ReadAsync(api);

        Assert.Empty(set.Warnings);
        Assert.All(set.Tools, tool =>
        {
            ToolSchemaRules.AssertValid(tool.Definition.InputSchema);
            ToolSchemaRules.AssertValid(tool.Definition.OutputSchema!.Value);
        });
        await MetaSchema.AssertValidAsync(set.Tools);
    }

    [Fact]
    public async Task Tools_cost_a_model_no_more_than_the_budget()
    {
        var (set, _) = await OrdersTools.ReadAsync(api);
        var costs = set.Tools.Select(tool => (tool.Definition.Name, Cost: ToolCost.Of(tool.Definition))).ToArray();

        foreach (var (name, cost) in costs)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{name,-45} {cost.Tokens,5} tokens, output schema {cost.OutputTokens}");
        }

        Assert.InRange(costs.Sum(tool => tool.Cost.Tokens), 1, ContextBudget);
    }

    private static string SnapshotPath([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "tools.snapshot.json");
}
