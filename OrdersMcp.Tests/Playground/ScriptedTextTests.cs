using System.Text.Json.Nodes;
using OrdersMcp.Playground.Models.Scripted;

namespace OrdersMcp.Tests.Playground;

/// <summary>The words of the scripted model.</summary>
[Trait("Category", "Unit")]
public sealed class ScriptedTextTests
{
    [Theory]
    [InlineData("2026-11-20T14:05:09.123Z", "20 November 2026, 14:05 UTC")]
    [InlineData("2026-11-01T01:30:00+02:00", "31 October 2026, 23:30 UTC")]
    [InlineData("soon", "soon")]
    [InlineData(null, "–")]
    public void Times_are_written_as_people_do(string? given, string text) => Assert.Equal(text, Texts.Time(JsonValue.Create(given)));

    [Fact]
    public void Table_of_orders_has_no_raw_time()
    {
        var text = Texts.Orders([JsonNode.Parse("""{"id":1,"customer":{"name":"Alice"},"status":"pending","total":5,"currency":"USD","placedAt":"2026-11-20T14:05:09Z"}""")!]);

        Assert.Contains("| 20 November 2026, 14:05 UTC |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Group_of_a_week_is_named_by_its_first_day() =>
        Assert.Contains("| 16 November 2026 | 3 |", Texts.Groups([JsonNode.Parse("""{"key":"2026-11-16","orders":3,"revenue":5,"currency":"USD","average":2}""")!]), StringComparison.Ordinal);
}
