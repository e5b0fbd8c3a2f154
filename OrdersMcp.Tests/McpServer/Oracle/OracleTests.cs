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

    /// <summary>The same cases in every run; another seed finds others.</summary>
    private const ulong Seed = 20260728;

    /// <summary>
    /// What is taken is valid: as it is, or as what it is read as. Of the keywords that the checker does not know
    /// (<see cref="RandomSchemas"/>) the API has the last word.
    /// </summary>
    [Fact]
    public void Value_that_the_checker_takes_is_valid_by_the_keywords_that_it_knows()
    {
        var wrong = Sample(isKnown: true).Where(each => each.Verdict.IsAccepted && !Verdict.IsValid(each.Schema, each.Verdict.Sent));

        Assert.Empty(wrong.Select(each => $"{each.Schema} <- {each.Value} as {each.Verdict.Sent}"));
    }

    /// <summary>Without exception: a call that is refused for nothing cannot be made at all.</summary>
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
