using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace OrdersMcp.Tests.McpServer.Oracle;

/// <summary>The checker of arguments agrees with a library that passes the official test suite of JSON Schema.</summary>
[Trait("Category", "Postgres")]
public sealed class OracleTests
{
    private const int Cases = 4_000;
    private const int Size = 10;

    /// <summary>The same cases in every run; another seed gives others.</summary>
    private const ulong Seed = 20260728;

    /// <summary>
    /// An accepted value is valid, unchanged or after coercion. For keywords that the checker does not know
    /// (<see cref="RandomSchemas"/>), the API decides.
    /// </summary>
    [Fact]
    public void Value_that_the_checker_takes_is_valid_by_the_keywords_that_it_knows()
    {
        var wrong = Sample(isKnown: true).Where(each => each.Verdict.IsAccepted && !Verdict.IsValid(each.Schema, each.Verdict.Sent));

        Assert.Empty(wrong.Select(each => $"{each.Schema} <- {each.Value} as {each.Verdict.Sent}"));
    }

    /// <summary>Without exception, because a wrongly refused call cannot be made at all.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Valid_value_is_taken(bool isKnown)
    {
        var wrong = Sample(isKnown).Where(each => !each.Verdict.IsAccepted && Verdict.IsValid(each.Schema, each.Verdict.Sent));

        Assert.Empty(wrong.Select(each => $"{each.Schema} <- {each.Value}: {each.Verdict.Problems}"));
    }

    private static IEnumerable<(string Schema, string Value, Verdict Verdict)> Sample(bool isKnown) =>
        Gen.Sample(RandomSchemas.Cases(isKnown), Cases, new Rnd(Seed), Size)
            .Select(each => (each.Schema, each.Value, Verdict.Of(JsonElement.Parse(each.Schema), JsonElement.Parse(each.Value))));
}
