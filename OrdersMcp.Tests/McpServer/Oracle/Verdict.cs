using System.Collections.Frozen;
using System.Text.Json;
using Json.Schema;
using OrdersMcp.OpenApiTools.Operations.Arguments;

namespace OrdersMcp.Tests.McpServer.Oracle;

/// <summary>The verdicts of the argument checker and of JSON Schema 2020-12 about a value.</summary>
/// <param name="IsAccepted">Whether a call with the value is made.</param>
/// <param name="IsReadAsAnother">Whether the call is made with another value, or without the argument.</param>
/// <param name="Problems">Why the call is not made.</param>
/// <param name="Sent">The arguments of the call.</param>
internal sealed record Verdict(bool IsAccepted, bool IsReadAsAnother, string Problems, JsonElement Sent)
{
    /// <param name="schema">The schema of a tool.</param>
    /// <param name="value">The value of its argument <c>v</c>.</param>
    public static Verdict Of(JsonElement schema, JsonElement value)
    {
        var arguments = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["v"] = value };
        var report = ArgumentSchema.Compile(schema, FrozenSet<string>.Empty).Check(arguments);
        var sent = report.IsClean ? report.Apply(arguments) : arguments;
        return new Verdict(
            report.IsClean,
            !ReferenceEquals(sent, arguments),
            string.Join(' ', report.ProblemsByPath().Select(problem => $"{problem.Key} {string.Join(' ', problem)}")),
            JsonSerializer.SerializeToElement(sent));
    }

    /// <summary>Whether the oracle accepts the arguments.</summary>
    public static bool IsValid(string schema, JsonElement arguments) => JsonSchema.FromText(schema).Evaluate(arguments).IsValid;
}
