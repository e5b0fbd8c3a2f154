using OrdersMcp.Playground.Evals;

namespace OrdersMcp.Tests.Playground.Evals;

/// <summary>The table of an evaluation.</summary>
[Trait("Category", "Unit")]
public sealed class ResultTableTests
{
    private static readonly CaseResult[] Results =
    [
        new(Named("good"), [Run(), Run()]),
        new(Named("bad-and-long"), [Run(new Problem(ProblemKind.WrongTool, "did not call\u001b x"), new Problem(ProblemKind.MissingInAnswer, "lacks y")), Run(new Problem(ProblemKind.MissingInAnswer, "lacks y"))]),
        new(Named("hard"), [], "needs a real model"),
        new(Named("harder"), [], "needs a real model"),
    ];

    [Fact]
    public void It_counts_runs_and_tells_what_was_wrong_and_what_was_not_run() => Assert.Equal(
        """
        case          success  wrong tool  wrong arguments  missing in answer  other  tokens  seconds
        good           2 of 2                                                          2,000      3.0
        bad-and-long   0 of 2           1                                   2          2,000      3.0
        total          2 of 4           1                                   2          4,000      6.0

        not run: needs a real model (2)
          hard
          harder

        failures:
          bad-and-long: did not call  x
          bad-and-long: lacks y (2 times)

        """,
        ResultTable.Write(Results, "USD"),
        ignoreLineEndingDifferences: true);

    [Fact]
    public void It_has_the_cost_if_all_prices_are_known()
    {
        Assert.Contains("cost: 0.75 USD", ResultTable.Write([new(Named("paid"), [Run(cost: 0.5m), Run(cost: 0.25m)])], "USD"), StringComparison.Ordinal);
        Assert.DoesNotContain("cost", ResultTable.Write([new(Named("paid"), [Run(cost: 0.5m), Run(cost: null)])], "USD"), StringComparison.Ordinal);
    }

    [Fact]
    public void Success_is_the_part_of_the_runs_without_a_problem()
    {
        Assert.Equal(50, ResultTable.SuccessPercent(Results));
        Assert.Equal(100, ResultTable.SuccessPercent([Results[2]]));
    }

    private static EvaluationCase Named(string name) => new() { Name = name, Prompt = "Hello" };

    private static JudgedRun Run(params Problem[] problems) => new(Run(cost: 0).Run, problems);

    private static JudgedRun Run(decimal? cost) => new(new CaseRun("", [], 0, null, 1_000, TimeSpan.FromSeconds(1.5), cost), []);
}
