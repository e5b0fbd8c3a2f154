using System.Diagnostics;
using Microsoft.ML.Tokenizers;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Tools.Search;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Search;

/// <summary>
/// The recall of the search on documents with up to thousands of operations. GitHub's comes from npm; those of Kubernetes and
/// Stripe are <c>kubernetes.json</c> and <c>stripe.json</c> in the folder named by the environment variable ORDERSMCP_DOCUMENTS.
/// </summary>
[Trait("Category", "Postgres")]
[Collection(MeasuredMemory.Name)]
public sealed class SearchRecallTests
{
    private const double LeastRecall = 0.9;
    private const int MostTokens = 2500;
    private const int MostBytes = 40_000_000;
    private static readonly TimeSpan LongestBuild = TimeSpan.FromSeconds(1);

    private static readonly TiktokenTokenizer Encoding = TiktokenTokenizer.CreateForEncoding("o200k_base");

    public static TheoryData<string, string, double> Requests => new(
        new[] { ("github", 0.9), ("kubernetes", 0.85), ("stripe", 0.9) }
            .Where(api => api.Item1 == "github" || FileOf(api.Item1) is not null)
            .SelectMany(api => new[] { (api.Item1, api.Item1, api.Item2), (api.Item1, $"{api.Item1}-unseen", LeastRecall) }));

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Search_finds_the_tool_among_its_first_five(string api, string queries, double leastRecall)
    {
        var tools = await ToolsAsync(api);
        var (index, took, bytes) = Build(tools);

        var (first, firstFive, most, all) = (0, 0, 0, 0L);
        var requests = SearchQueries.Of(queries);
        foreach (var (request, operations) in requests)
        {
            var found = index.Find(request, 10, _ => true);
            var rank = found.TakeWhile(tool => !operations.Contains(tool.Metadata.Operation, StringComparer.Ordinal)).Count();
            first += rank == 0 ? 1 : 0;
            firstFive += rank < 5 ? 1 : 0;
            if (rank >= 5)
            {
                TestContext.Current.TestOutputHelper!.WriteLine($"not found: {request}");
            }

            var tokens = Encoding.CountTokens(SearchAnswer.Of([.. found.Take(5)], found.Skip(5).Select(tool => tool.Definition.Name)));
            (most, all) = (Math.Max(most, tokens), all + tokens);
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{queries}: {tools.Count} tools, {requests.Length} requests, recall@1 {(double)first / requests.Length:0.000}, recall@5 {(double)firstFive / requests.Length:0.000}, "
            + $"{all / requests.Length} tokens on average and {most} at most, index in {took.TotalMilliseconds:0} ms and {bytes / 1e6:0.0} MB");
        Assert.InRange((double)firstFive / requests.Length, leastRecall, 1);
        Assert.InRange(most, 1, MostTokens);
        Assert.InRange(took, TimeSpan.Zero, LongestBuild);
        Assert.True(bytes < MostBytes, $"{bytes} bytes"); // other tests may free memory at the same time
    }

    /// <summary>The best of three builds, because other programs may slow one down.</summary>
    private static (ToolIndex Index, TimeSpan Took, long Bytes) Build(IReadOnlyList<OperationTool> tools)
    {
        (ToolIndex, TimeSpan Took, long)? best = null;
        for (var i = 0; i < 3; i++)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var started = Stopwatch.GetTimestamp();
            var index = new ToolIndex(tools);
            var took = Stopwatch.GetElapsedTime(started);
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            if (best is not { } known || took < known.Took)
            {
                best = (index, took, bytes);
            }
        }

        return best!.Value;
    }

    private static async Task<IReadOnlyList<OperationTool>> ToolsAsync(string api)
    {
        var file = FileOf(api) ?? await InstalledTools.GitHubDocumentAsync();
        var document = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        return ToolBench.Of(document, options => (options.Name, options.LongestName, options.OutputSchemas) = (api, null, OutputSchemas.None)).Tools;
    }

    private static string? FileOf(string api) => Environment.GetEnvironmentVariable("ORDERSMCP_DOCUMENTS") is { Length: > 0 } folder
        && Path.Combine(folder, $"{api}.json") is var file && File.Exists(file)
            ? file
            : null;
}
