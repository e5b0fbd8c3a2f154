using Microsoft.Extensions.Configuration;
using OrdersMcp.Playground.Evals;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.Playground.Evals;

/// <summary>The files with cases.</summary>
[Trait("Category", "Unit")]
public sealed class CaseFilesTests
{
    [Fact]
    public async Task Every_example_of_the_page_is_a_case_that_the_scripted_model_must_manage()
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(Path.GetDirectoryName(BuiltProgram.Path("OrdersMcp.Playground"))!, "appsettings.json")).Build();
        var examples = settings.GetSection("Playground:Examples").GetChildren().Select(example => example["Prompt"]!).ToArray();

        var cases = await CaseFiles.ReadAsync(Path.Combine(AppContext.BaseDirectory, "evals"), TestContext.Current.CancellationToken);

        Assert.Equal(9, examples.Length);
        Assert.Subset(cases.Where(each => each.Needs is null).Select(each => each.Prompt).ToHashSet(), examples.ToHashSet());
        Assert.True(cases.Count(each => each.Needs == CaseNeed.Model) >= 12);
        Assert.Equal(["customer", "read-only", "read-write"], cases.Select(each => each.Caller).Distinct().Order());
    }

    [Theory]
    [InlineData("stock", "Yes, there are 10 laptop bags in stock.")]
    [InlineData("stock", "The laptop bag has a stock of 10: 10 in stock.")]
    [InlineData("best-product", "The laptop bag brings the most money.")]
    public async Task Case_fails_with_a_wrong_answer(string name, string answer)
    {
        var cases = await CaseFiles.ReadAsync(Path.Combine(AppContext.BaseDirectory, "evals"), TestContext.Current.CancellationToken);

        var judged = new Judge(new DateOnly(2026, 11, 26)).Judged(
            cases.Single(each => each.Name == name), new CaseRun(answer, [], Questions: 0, Failure: null, Tokens: 1, TimeSpan.FromSeconds(1), Cost: null));

        Assert.Contains(judged.Problems, problem => problem.Kind == ProblemKind.MissingInAnswer);
    }

    [Fact]
    public async Task Conversation_that_the_page_saved_is_a_case()
    {
        using var folder = Folder(("saved.json",
            """[{"prompt":"Show order 1","caller":"read-write","toolCalls":[{"name":"get_order","arguments":{"orderId":1}}],"mustContain":[]},{"prompt":"And 2?","caller":"read-write","toolCalls":[],"mustContain":[]}]"""));

        var cases = await CaseFiles.ReadAsync(folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal(["saved-1", "saved-2"], cases.Select(each => each.Name));
        Assert.Equal("""{"orderId":1}""", cases[0].ToolCalls.Single().Arguments!.ToJsonString());
    }

    [Theory]
    [InlineData("[", "a.json")]
    [InlineData("{}", "a.json")]
    [InlineData("[null]", "case 1: it is null")]
    [InlineData("[]", "has 0 cases")]
    [InlineData("""[{"caller":"x"}]""", "prompt")]
    [InlineData("""[{"prompt":" "}]""", "prompt is empty")]
    [InlineData("""[{"prompt":"x","mustContian":[]}]""", "mustContian")]
    [InlineData("""[{"prompt":"x","mustContain":[""]}]""", "empty")]
    [InlineData("""[{"prompt":"x","mustContain":[[]]}]""", "empty")]
    [InlineData("""[{"prompt":"x","confirmation":"maybe"}]""", "confirmation")]
    [InlineData("""[{"prompt":"x","toolCalls":[{"name":""}]}]""", "a tool call has no name")]
    [InlineData("""[{"prompt":"x"},{"prompt":"y","toolCalls":[{"name":"z","arguments":{"a":{"$today":1}}}]}]""", "case 2: {\"$today\":1} is not a rule")]
    [InlineData("""[{"prompt":"x","name":"same"},{"prompt":"y","name":"same"}]""", "two cases with the name 'same'")]
    public async Task File_that_is_not_valid_is_an_error_that_says_why(string json, string reason)
    {
        using var folder = Folder(("a.json", json));

        var exception = await Assert.ThrowsAsync<CaseFileException>(() => CaseFiles.ReadAsync(folder.Path, TestContext.Current.CancellationToken));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_needs_a_file()
    {
        using var folder = Folder();

        Assert.Contains("0 files", (await Assert.ThrowsAsync<CaseFileException>(() => CaseFiles.ReadAsync(folder.Path, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Contains("no folder", (await Assert.ThrowsAsync<CaseFileException>(() => CaseFiles.ReadAsync(folder.Path + "x", TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    internal static TemporaryFolder Folder(params (string Name, string Json)[] files)
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        foreach (var (name, json) in files)
        {
            File.WriteAllText(Path.Combine(folder.Path, name), json);
        }

        return folder;
    }
}
