using OrdersMcp.OpenApiTools.Schemas;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Patterns that a client compiles with the flag <c>u</c>, and those on which it would give up the tool.</summary>
[Trait("Category", "Unit")]
public sealed class EcmaPatternTests
{
    [Theory]
    [InlineData("")]
    [InlineData("^a*?b+c{2}d{2,}e{2,3}?$")]
    [InlineData(@"^(?:a|b)(?=c)(?!d)(?<=e)(?<!f)\b\B$")]
    [InlineData(@"(?<year>\d{4})-\k<year>\1")]
    [InlineData(@"^[\w.+-]+@[a-z\d-]+[^\]\\]$")]
    [InlineData("[^]")]
    [InlineData("[]")]
    [InlineData(@"\p{L}\P{Lu}\p{Script=Greek}\p{General_Category=Nd}\p{Emoji}")]
    [InlineData(@"\x41\u0041\u{1F600}\cA\0\/")]
    [InlineData(@"[\-a-z]")]
    [InlineData("[😀-😂]")]
    [InlineData("a/b")]
    public void Pattern_of_the_dialect_is_kept(string pattern) => Assert.True(EcmaPattern.IsValid(pattern));

    [Theory]
    [InlineData("(?i)a")]
    [InlineData("(?i:a)")]
    [InlineData("(?P<y>a)")]
    [InlineData("(?>a)")]
    [InlineData("(?#c)a")]
    [InlineData("(?<n>a)(?<n>b)")]
    [InlineData("(?<a-b>x)")]
    [InlineData(@"\k<none>")]
    [InlineData(@"(a)\2")]
    [InlineData(@"\A\z")]
    [InlineData(@"\h")]
    [InlineData(@"\-")]
    [InlineData(@"\01")]
    [InlineData(@"\Qa\E")]
    [InlineData(@"\p{IsGreek}")]
    [InlineData(@"\pL")]
    [InlineData(@"\u{110000}")]
    [InlineData("[[:alpha:]]")]
    [InlineData(@"[\w-.]")]
    [InlineData("[z-a]")]
    [InlineData("[a-z&&[^b]]")]
    [InlineData("x{,3}")]
    [InlineData("x{3,2}")]
    [InlineData("a++")]
    [InlineData("*a")]
    [InlineData("(?=a)*")]
    [InlineData("a{")]
    [InlineData("a}")]
    [InlineData("a]")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("\\")]
    public void Pattern_of_another_dialect_is_left_out(string pattern)
    {
        Assert.False(EcmaPattern.IsValid(pattern));
        Assert.DoesNotContain("pattern", ToolBench.OfBody(
            $$"""{ "type": "object", "properties": { "v": { "type": "string", "pattern": {{System.Text.Json.JsonSerializer.Serialize(pattern)}} } } }""").Input, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_has_a_limit() => Assert.False(EcmaPattern.IsValid(new string('(', 20_000)));
}
