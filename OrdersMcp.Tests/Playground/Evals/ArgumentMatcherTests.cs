using System.Text.Json.Nodes;
using OrdersMcp.Playground.Evals;

namespace OrdersMcp.Tests.Playground.Evals;

/// <summary>How expected arguments are compared with those of a call.</summary>
[Trait("Category", "Unit")]
public sealed class ArgumentMatcherTests
{
    private static readonly ArgumentMatcher Matcher = new(new DateOnly(2026, 11, 20));

    [Theory]
    [InlineData("{}", """{"orderId":1}""")]
    [InlineData("""{"orderId":1}""", """{"orderId":1,"limit":5}""")]
    [InlineData("""{"orderId":1}""", """{"orderId":1.0}""")]
    [InlineData("""{"lines":[{"sku":"A"}]}""", """{"lines":[{"sku":"A","quantity":2}]}""")]
    [InlineData("""{"note":null}""", """{"note":null}""")]
    [InlineData("""{"reason":{"$any":true}}""", """{"reason":"Twice."}""")]
    [InlineData("""{"q":{"$contains":"Bob"}}""", """{"q":"bob smith"}""")]
    [InlineData("""{"customerId":{"$oneOf":[1,"alice@example.com"]}}""", """{"customerId":"alice@example.com"}""")]
    [InlineData("""{"from":{"$oneOf":[{"$daysFromToday":0},{"$daysFromToday":-7}]}}""", """{"from":"2026-11-13"}""")]
    [InlineData("""{"from":{"$daysFromToday":-7}}""", """{"from":"2026-11-13T00:00:00Z"}""")]
    [InlineData("""{"from":{"$daysFromToday":-7}}""", """{"from":"2026-11-14T01:00:00+02:00"}""")]
    [InlineData("""{"from":{"$daysFromToday":-7,"tolerance":1}}""", """{"from":"2026-11-12T23:59:59Z"}""")]
    public void Call_has_what_is_expected(string expected, string actual)
    {
        Assert.Null(ArgumentMatcher.ProblemOf(JsonNode.Parse(expected)));
        Assert.True(Matcher.Matches(JsonNode.Parse(expected), JsonNode.Parse(actual)));
    }

    [Theory]
    [InlineData("""{"orderId":1}""", "{}")]
    [InlineData("""{"orderId":1}""", """{"orderId":2}""")]
    [InlineData("""{"orderId":1}""", """{"orderId":"1"}""")]
    [InlineData("""{"note":null}""", "{}")]
    [InlineData("""{"lines":[{"sku":"A"}]}""", """{"lines":[{"sku":"A"},{"sku":"B"}]}""")]
    [InlineData("""{"lines":[{"sku":"A"}]}""", """{"lines":{"sku":"A"}}""")]
    [InlineData("""{"reason":{"$any":true}}""", "{}")]
    [InlineData("""{"reason":{"$any":true}}""", """{"reason":null}""")]
    [InlineData("""{"q":{"$contains":"bob"}}""", """{"q":"alice"}""")]
    [InlineData("""{"q":{"$contains":"1"}}""", """{"q":1}""")]
    [InlineData("""{"status":{"$oneOf":["a","b"]}}""", """{"status":"c"}""")]
    [InlineData("""{"from":{"$daysFromToday":-7}}""", """{"from":"2026-11-12T23:59:59Z"}""")]
    [InlineData("""{"from":{"$daysFromToday":-7,"tolerance":1}}""", """{"from":"2026-11-11T23:59:59Z"}""")]
    [InlineData("""{"from":{"$daysFromToday":0}}""", """{"from":"today"}""")]
    [InlineData("""{"from":{"$daysFromToday":0}}""", """{"from":20261120}""")]
    public void Call_lacks_what_is_expected(string expected, string actual)
    {
        Assert.Null(ArgumentMatcher.ProblemOf(JsonNode.Parse(expected)));
        Assert.False(Matcher.Matches(JsonNode.Parse(expected), JsonNode.Parse(actual)));
    }

    [Theory]
    [InlineData("""{"$anything":true}""")]
    [InlineData("""{"$any":false}""")]
    [InlineData("""{"$any":true,"also":1}""")]
    [InlineData("""{"$contains":1}""")]
    [InlineData("""{"$oneOf":[]}""")]
    [InlineData("""{"$oneOf":[{"$contains":null}]}""")]
    [InlineData("""{"$daysFromToday":"-7"}""")]
    [InlineData("""{"$daysFromToday":1000000}""")]
    [InlineData("""{"$daysFromToday":-7,"tolerance":-1}""")]
    [InlineData("""{"$daysFromToday":-7,"within":1}""")]
    public void Rule_that_means_nothing_is_a_problem_at_any_depth(string rule)
    {
        Assert.Contains("is not a rule", ArgumentMatcher.ProblemOf(JsonNode.Parse(rule)), StringComparison.Ordinal);
        Assert.NotNull(ArgumentMatcher.ProblemOf(JsonNode.Parse($$"""{"lines":[{"sku":{{rule}}}]}""")));
    }
}
