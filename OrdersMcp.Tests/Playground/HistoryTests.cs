using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Conversations;
using OrdersMcp.Playground.Prompts;

namespace OrdersMcp.Tests.Playground;

/// <summary>The messages of a request.</summary>
[Trait("Category", "Unit")]
public sealed class HistoryTests
{
    [Theory]
    [InlineData(4_000, 100_000, true)]
    [InlineData(4_000, 100_001, false)]
    [InlineData(100_000, 400_000, true)]
    [InlineData(100_000, 420_000, false)]
    public void Result_may_be_as_long_as_a_page(int resultTokens, int length, bool isAccepted)
    {
        var label = DataLabel.Wrap("", []);

        var problem = ProblemOf(new ToolResultPart("c1", IsError: false, label + new string('x', length - label.Length)), resultTokens);

        Assert.Equal(isAccepted, problem is null);
    }

    [Fact]
    public void Page_with_a_label_and_its_note_is_accepted_in_the_next_request()
    {
        const int ResultTokens = 100_000;
        var page = new ResultPages(ResultTokens).First(new string('x', 1_000_000), ["items[].note", "customer.name"], out _);

        Assert.Null(ProblemOf(new ToolResultPart("c1", IsError: false, page), ResultTokens));
    }

    private static string? ProblemOf(ToolResultPart result, int resultTokens) => History.ProblemOf(
        new ChatRequest([
            new ChatTurn(ChatTurn.User, [new TextPart("Hello")]),
            new ChatTurn(ChatTurn.Assistant, [new ToolCallPart("c1", "get_order", [])]),
            new ChatTurn(ChatTurn.Tool, [result]),
        ]),
        new LimitOptions { ResultTokens = resultTokens });
}
