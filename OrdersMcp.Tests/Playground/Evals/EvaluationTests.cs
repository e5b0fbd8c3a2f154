using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Playground;
using OrdersMcp.Playground.Evals;

namespace OrdersMcp.Tests.Playground.Evals;

/// <summary>Evaluations against a small shop, with models that answer as the test says.</summary>
[Collection(PlaygroundCollection.Name)]
[Trait("Category", "Unit")]
public sealed class EvaluationTests(PlaygroundFixture fixture)
{
    private const string ShowOrder7 =
        """[{"name":"show","prompt":"Show order 7","toolCalls":[{"name":"get_order","arguments":{"orderId":7}}],"mustContain":["pending"]}]""";

    private const string Hard = """{"name":"hard","prompt":"Guess","needs":"model"}""";

    private const string Foreign = """{"name":"foreign","prompt":"Show order 7","caller":"root"}""";

    [Fact]
    public async Task Scripted_model_succeeds_and_other_cases_are_named()
    {
        var (exitCode, output, error) = await RunAsync(
            $"""[{ShowOrder7[1..^1]},{Hard},{Foreign}]""",
            "scripted", runs: 2);

        Assert.True(exitCode == 0, output + error);
        Assert.Matches(@"show +2 of 2 ", output);
        Assert.Contains("not run: needs a real model (1)", output, StringComparison.Ordinal);
        Assert.Contains("not run: the caller root is not in Playground:Callers (1)", output, StringComparison.Ordinal);
        Assert.Contains("show: 2 of 2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accept", "cancelled", 1)]
    [InlineData("decline", "not cancelled", 0)]
    public async Task Question_of_the_server_is_answered_as_the_case_says(string confirmation, string text, int changes)
    {
        var before = fixture.Shop.Changes.Count();

        var (exitCode, output, error) = await RunAsync(
            $$"""[{"prompt":"Cancel order 7","toolCalls":[{"name":"cancel_order","arguments":{"orderId":7} }],"confirmation":"{{confirmation}}","mustContain":["{{text}}"]}]""", "scripted");

        Assert.True(exitCode == 0, output + error);
        Assert.Equal(before + changes, fixture.Shop.Changes.Count());
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(50.0, 0)]
    [InlineData(51.0, 1)]
    public async Task Real_model_must_succeed_as_often_as_asked(double? least, int expected)
    {
        fixture.Models.Begin(turn => turn switch
        {
            0 => ModelTurn.Call(("get_order", """{"orderId":7}""")),
            1 => ModelTurn.Say("It is pending."),
            2 => ModelTurn.Call(("get_order", """{"orderId":8}""")),
            _ => ModelTurn.Say("There is none."),
        });

        var (exitCode, output, error) = await RunAsync(ShowOrder7, "claude", runs: 2, least);

        Assert.True(exitCode == expected, output + error);
        Assert.Matches(@"show +1 of 2 +1 +1 +480 ", output); // one run with wrong arguments and a missing text
        Assert.Contains("cost: 0.8 USD", output, StringComparison.Ordinal);
        Assert.Contains("""get_order with {"orderId":7} was expected; it called get_order {"orderId":8}""", output, StringComparison.Ordinal);
        Assert.Equal(expected == 1, error.Contains("50 % of the runs succeeded; at least 51 % must.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Follow_up_is_asked_after_the_messages_before_it()
    {
        fixture.Models.Begin(ModelTurn.Say("Alice."));

        var (exitCode, output, error) = await RunAsync(
            """
            [{
              "name": "follow-up",
              "earlier": [
                { "role": "user", "parts": [{ "type": "text", "text": "Show order 7" }] },
                { "role": "assistant", "parts": [{ "type": "text", "text": "It is pending." }] }
              ],
              "prompt": "Who placed it?",
              "mustContain": ["Alice"],
              "mustNotContain": ["pending"]
            }]
            """,
            "claude");

        Assert.True(exitCode == 0, output + error);
        Assert.Matches(@"follow-up +1 of 1 ", output);
        Assert.Equal(
            ["Show order 7", "It is pending.", "Who placed it?"],
            fixture.Models.Requests.Single()["messages"]!.AsArray().Select(message => message!["content"]![0]!["text"]!.ToString()));
    }

    [Fact]
    public async Task Model_that_fails_is_in_the_table()
    {
        var (exitCode, output, _) = await RunAsync(ShowOrder7, "claude-wrong");

        Assert.Equal(0, exitCode);
        Assert.Contains("show: The key is not accepted", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-wrong", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripted_model_that_fails_ends_with_1()
    {
        var (exitCode, output, error) = await RunAsync(ShowOrder7.Replace("pending", "delivered", StringComparison.Ordinal), "scripted");

        Assert.Equal(1, exitCode);
        Assert.Contains("the answer lacks \"delivered\"", output, StringComparison.Ordinal);
        Assert.Contains("at least 100 % must", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "scripted", "has 0 cases")]
    [InlineData(ShowOrder7, "none", "There is no model 'none'. The models are scripted, claude")]
    public async Task What_cannot_be_run_ends_with_2(string cases, string model, string reason)
    {
        var (exitCode, output, error) = await RunAsync(cases, model);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eval --k 0", "--k must be a number from 1 to 100.")]
    [InlineData("eval --k many", "--k must be a number from 1 to 100.")]
    [InlineData("eval --mcp localhost:5090", "--mcp must be an http(s) address")]
    [InlineData("eval --min-success 101", "--min-success must be a number from 0 to 100.")]
    [InlineData("eval --min-success all", "--min-success must be a number from 0 to 100.")]
    [InlineData("evaluate", "eval")]
    public async Task Mistake_on_the_command_line_ends_with_2(string line, string reason)
    {
        using var text = new StringWriter();

        var exitCode = await PlaygroundCommandLine.RunAsync(line.Split(' '), _ => throw new InvalidOperationException("It serves."), text, text, TestContext.Current.CancellationToken);

        Assert.Equal(2, exitCode);
        Assert.Contains(reason, text.ToString(), StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(string cases, string model, int runs = 1, double? least = null)
    {
        using var folder = CaseFilesTests.Folder(("case.json", cases));
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await ActivatorUtilities.CreateInstance<Evaluation>(fixture.Playground.Services).RunAsync(
            new EvaluationOptions(model, runs, folder.Path, least), output, error, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }
}
