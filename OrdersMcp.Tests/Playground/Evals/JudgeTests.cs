using System.Text.Json.Nodes;
using OrdersMcp.Playground.Evals;

namespace OrdersMcp.Tests.Playground.Evals;

/// <summary>What is wrong with a run of a case.</summary>
[Trait("Category", "Unit")]
public sealed class JudgeTests
{
    private static readonly Judge Judge = new(new DateOnly(2026, 11, 20));

    private static readonly EvaluationCase ShowOrder1 = new()
    {
        Prompt = "Show order 1",
        ToolCalls = [Expected("get_order", """{"orderId":1}""")],
        MustContain = [new Alternatives(["1,299", "1299"]), new Alternatives(["alice"])],
        MustNotContain = [new Alternatives(["Bob"])],
    };

    [Fact]
    public void Run_succeeds_that_calls_what_is_expected_and_says_what_is_expected() =>
        Assert.True(Judge.Judged(ShowOrder1, Run("Alice pays 1299 USD.", Reads("get_order", """{"orderId":1}"""))).IsSuccess);

    [Fact]
    public void Call_of_another_tool_is_a_wrong_tool() =>
        AssertOnly(ProblemKind.WrongTool, "did not call get_order; it called list_orders {}", Run("Alice: 1,299", Reads("list_orders", "{}")));

    [Fact]
    public void Call_with_other_arguments_has_wrong_arguments() =>
        AssertOnly(
            ProblemKind.WrongArguments,
            """get_order with {"orderId":1} was expected; it called get_order {"orderId":2}""",
            Run("Alice: 1,299", Reads("get_order", """{"orderId":2}""")));

    [Fact]
    public void Call_that_is_corrected_succeeds() =>
        Assert.True(Judge.Judged(ShowOrder1, Run("Alice: 1,299", Reads("get_order", """{"orderId":"one"}"""), Reads("get_order", """{"orderId":1}"""))).IsSuccess);

    [Theory]
    [InlineData("Alice", "the answer lacks \"1,299\" or \"1299\": Alice")]
    [InlineData("Alice and Bob: 1299", "the answer has \"Bob\": Alice and Bob: 1299")]
    public void Answer_is_checked_for_texts(string answer, string detail) =>
        AssertOnly(ProblemKind.MissingInAnswer, detail, Run(answer, Reads("get_order", """{"orderId":1}""")));

    [Fact]
    public void Each_expected_call_needs_a_call_of_its_own()
    {
        var twice = new EvaluationCase { Prompt = "Order twice", ToolCalls = [Expected("create_order", "{}"), Expected("create_order", """{"customerId":1}""")] };

        // The call for customer 1 fits both expectations, and only it fits the second.
        Assert.True(Judge.Judged(twice, Run("", Changes("""{"customerId":1}"""), Changes("""{"customerId":2}"""))).IsSuccess);
        Assert.Equal(ProblemKind.WrongArguments, Assert.Single(Judge.Judged(twice, Run("", Changes("""{"customerId":1}"""))).Problems).Kind);
    }

    [Fact]
    public void Further_call_is_wrong_only_if_it_changed_something()
    {
        var nothing = new EvaluationCase { Prompt = "Hello" };

        Assert.True(Judge.Judged(nothing, Run("", Reads("get_order", "{}"))).IsSuccess);
        Assert.True(Judge.Judged(nothing, Run("", new MadeCall("create_order", [], IsReadOnly: false, IsError: true))).IsSuccess);
        var problem = Assert.Single(Judge.Judged(nothing, Run("", Changes("{}"))).Problems);
        Assert.Equal((ProblemKind.WrongTool, "create_order changed something that nobody asked for: {}"), (problem.Kind, problem.Detail));
    }

    [Theory]
    [InlineData(null, 0, null)]
    [InlineData("accept", 1, null)]
    [InlineData("decline", 2, null)]
    [InlineData("accept", 0, "no call asked for a confirmation")]
    [InlineData(null, 1, "a call asked for a confirmation, which was declined")]
    public void Server_asks_exactly_if_the_case_has_an_answer(string? confirmation, int questions, string? detail)
    {
        var each = new EvaluationCase { Prompt = "Cancel", Confirmation = confirmation is null ? null : Enum.Parse<CaseConfirmation>(confirmation, ignoreCase: true) };

        Assert.Equal(detail, Judge.Judged(each, Run("") with { Questions = questions }).Problems.SingleOrDefault()?.Detail);
    }

    [Fact]
    public void Conversation_that_fails_is_not_a_success() =>
        Assert.Equal((ProblemKind.Other, "The key is not accepted"), Kind(Judge.Judged(new EvaluationCase { Prompt = "Hello" }, Run("") with { Failure = "The key is not accepted" })));

    internal static CaseRun Run(string answer, params MadeCall[] calls) => new(answer, calls, 0, null, 100, TimeSpan.FromSeconds(1), 0);

    private static MadeCall Reads(string tool, string arguments) => new(tool, JsonNode.Parse(arguments)!.AsObject(), IsReadOnly: true, IsError: false);

    private static MadeCall Changes(string arguments) => new("create_order", JsonNode.Parse(arguments)!.AsObject(), IsReadOnly: false, IsError: false);

    private static ExpectedCall Expected(string tool, string arguments) => new(tool, JsonNode.Parse(arguments)!.AsObject());

    private static (ProblemKind, string) Kind(JudgedRun run) => Assert.Single(run.Problems) is var problem ? (problem.Kind, problem.Detail) : default;

    private static void AssertOnly(ProblemKind kind, string detail, CaseRun run) => Assert.Equal((kind, detail), Kind(Judge.Judged(ShowOrder1, run)));
}
