using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.McpServer.Oracle;

/// <summary>
/// The official test suite of JSON Schema 2020-12 (github.com/json-schema-org/JSON-Schema-Test-Suite). The folder with its
/// files is named by <c>ORDERSMCP_JSON_SCHEMA_SUITE</c>; without it the tests are skipped.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class OfficialSuiteTests
{
    private const string Variable = "ORDERSMCP_JSON_SCHEMA_SUITE";

    /// <summary>The cases that the checker leaves to the API, with reasons.</summary>
    private static readonly FrozenDictionary<string, string> Unchecked = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["oneOf"] = "documents often mean any by one",
        ["if"] = "rare in OpenAPI documents; the API says it better",
        ["contains"] = "rare in OpenAPI documents",
        ["uniqueItems"] = "often untrue in documents; the API decides what is equal",
        ["propertyNames"] = "rare in OpenAPI documents",
        ["dependentRequired"] = "rare in OpenAPI documents",
        ["dependentSchemas"] = "rare in OpenAPI documents",
        ["unevaluatedProperties"] = "what is evaluated is not noted",
        ["unevaluatedItems"] = "what is evaluated is not noted",
        ["$dynamicRef"] = "the reader of documents leaves it out",
        ["$ref"] = "a tool's schema has references to #/$defs/name alone; the reader of documents resolves all others",
        [@"\\p{"] = "a pattern that .NET does not read in its ECMAScript mode (in suites after 2022)",
        ["0.123456789"] = "1e308 is a multiple of whatever a double can tell",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A dialect without the validation vocabulary.</summary>
    private const string OtherDialect = "vocabulary.json";

    [Fact]
    public void Valid_values_are_taken() => Assert.Empty(Cases()
        .Where(each => each.IsValid && !each.Verdict.IsAccepted && each.File != OtherDialect)
        .Select(each => $"{each.Name}: {each.Verdict.Problems}"));

    [Fact]
    public void Values_that_are_not_valid_are_refused_unless_it_is_said_why_not() => Assert.Empty(Cases()
        .Where(each => !each.IsValid && each.Verdict is { IsAccepted: true, IsReadAsAnother: false }
            && !Unchecked.Keys.Any(key => each.Schema.Contains(key.StartsWith('\\') || char.IsAsciiDigit(key[0]) ? key : $"\"{key}\"", StringComparison.Ordinal)))
        .Select(each => $"{each.Name}: {each.Schema}"));

    private static IEnumerable<Case> Cases()
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{Variable} does not say where the suite's tests/draft2020-12 are.");
        foreach (var file in Directory.EnumerateFiles(folder!, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var group in JsonNode.Parse(File.ReadAllText(file))!.AsArray())
            {
                var written = group!["schema"]!;
                var schema = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["v"] = written.DeepClone() },
                    ["$defs"] = (written as JsonObject)?["$defs"]?.DeepClone(),
                };
                foreach (var test in group["tests"]!.AsArray())
                {
                    yield return new Case(
                        Path.GetFileName(file),
                        $"{Path.GetFileName(file)}: {group["description"]}, {test!["description"]}",
                        written.ToJsonString(),
                        (bool)test["valid"]!,
                        Verdict.Of(JsonSerializer.SerializeToElement(schema), JsonSerializer.SerializeToElement(test["data"])));
                }
            }
        }
    }

    private sealed record Case(string File, string Name, string Schema, bool IsValid, Verdict Verdict);
}
