using Microsoft.Extensions.AI;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Conversations;
using OrdersMcp.Playground.Models;
using OrdersMcp.Playground.Models.Scripted;
using OrdersMcp.Playground.Prompts;

namespace OrdersMcp.Tests.Playground;

/// <summary>What a request may still use.</summary>
[Trait("Category", "Unit")]
public sealed class BudgetTests
{
    private static readonly LimitOptions Limits = new() { Tokens = 1_000, OutputTokens = 400, Cost = 10 };

    [Theory]
    [InlineData(0, 100, 400)]
    [InlineData(500, 300, 200)]
    [InlineData(500, 484, 16)]
    public void Turn_may_write_what_the_tokens_leave(int used, int input, int output)
    {
        var budget = Of(prices: null);
        budget.Add(used, 0);

        Assert.Null(budget.BeforeTurn(input));
        Assert.Equal(output, budget.MostOutput);
        Assert.Equal("tokens", budget.OutOfOutput().Limit);
    }

    [Fact]
    public void Turn_that_would_pass_the_tokens_is_refused()
    {
        var budget = Of(prices: null);
        budget.Add(400, 100);

        var done = budget.BeforeTurn(490)!;

        Assert.Equal(("limit", "tokens"), (done.Reason, done.Limit));
        Assert.Equal("Another turn would need about 490 tokens of input; 500 of the 1000 are left.", done.Detail);
    }

    [Fact]
    public void Turn_may_write_what_the_money_pays_for()
    {
        var budget = Of(prices: (10_000, 50_000)); // a cent for an input token, five for an output token
        budget.Add(100, 20); // 2

        Assert.Null(budget.BeforeTurn(300)); // 3 of 8
        Assert.Equal(100, budget.MostOutput); // 5
        Assert.Equal("cost", budget.OutOfOutput().Limit);
    }

    [Fact]
    public void Turn_that_the_money_does_not_pay_for_is_refused()
    {
        var budget = Of(prices: (10_000, 50_000));
        budget.Add(100, 100); // 6

        Assert.Equal("cost", budget.BeforeTurn(390)!.Limit);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    public void Price_of_nothing_sets_no_bound(int input, int output)
    {
        var budget = Of(prices: (input, output));

        Assert.Null(budget.BeforeTurn(500));
        Assert.Equal(400, budget.MostOutput);
    }

    [Fact]
    public void Estimate_counts_results_calls_and_tools()
    {
        var tool = AIFunctionFactory.Create((string word) => word, "echo", new string('d', 400));
        ChatMessage[] messages =
        [
            new(ChatRole.User, new string('a', 400)),
            new(ChatRole.Assistant, [new FunctionCallContent("1", "echo", new Dictionary<string, object?> { ["word"] = new string('b', 400) })]),
            new(ChatRole.Tool, [new FunctionResultContent("1", new string('c', 400))]),
        ];

        Assert.InRange(TokenEstimate.Of(messages, []), 300, 310);
        Assert.InRange(TokenEstimate.Of(messages, [tool]), 410, 460);
    }

    private static Budget Of((decimal Input, decimal Output)? prices) => new(
        Limits,
        new PlaygroundModel("m", "M", "m", "p", new ScriptedModel(TimeSpan.Zero, TimeProvider.System), new ModelOptions { InputPrice = prices?.Input, OutputPrice = prices?.Output }),
        "USD");
}
