using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.Playground.Evals;

/// <summary>
/// Compares the arguments of a call with those that a case expects. A call can have more members than expected. An object with
/// a member that begins with <c>$</c> is a rule:
/// <c>{"$any": true}</c>, <c>{"$contains": "text"}</c>, <c>{"$oneOf": [values]}</c>, or
/// <c>{"$daysFromToday": -7, "tolerance": 1}</c> for a time on that day, give or take the tolerance in days.
/// </summary>
/// <param name="today">The day of the run, in UTC.</param>
internal sealed class ArgumentMatcher(DateOnly today)
{
    private const string Any = "$any", Contains = "$contains", OneOf = "$oneOf", DaysFromToday = "$daysFromToday", Tolerance = "tolerance";

    /// <summary>Whether the actual arguments are as expected.</summary>
    /// <param name="expected">From a case without a <see cref="ProblemOf"/>.</param>
    /// <param name="actual">From the call.</param>
    public bool Matches(JsonNode? expected, JsonNode? actual) => expected switch
    {
        JsonObject rule when RuleOf(rule) is { } name => Follows(name, rule, actual),
        JsonObject members => actual is JsonObject given && members.All(member => given.ContainsKey(member.Key) && Matches(member.Value, given[member.Key])),
        JsonArray items => actual is JsonArray given && items.Count == given.Count && items.Zip(given).All(pair => Matches(pair.First, pair.Second)),
        // Numbers are equal by their values: 2 and 2.0.
        _ => JsonElement.DeepEquals(JsonSerializer.SerializeToElement(expected), JsonSerializer.SerializeToElement(actual)),
    };

    /// <summary>Why the expected arguments cannot be compared; null if they can.</summary>
    public static string? ProblemOf(JsonNode? expected) => expected switch
    {
        JsonObject rule when RuleOf(rule) is { } name => IsValid(name, rule) ? null : $"{rule.ToJsonString()} is not a rule for an argument.",
        JsonObject members => members.Select(member => ProblemOf(member.Value)).FirstOrDefault(problem => problem is not null),
        JsonArray items => items.Select(ProblemOf).FirstOrDefault(problem => problem is not null),
        _ => null,
    };

    private static string? RuleOf(JsonObject members) => members.Select(member => member.Key).FirstOrDefault(name => name.StartsWith('$'));

    private static bool IsValid(string name, JsonObject rule) => name switch
    {
        Any => rule.Count == 1 && rule[Any] is JsonValue value && value.GetValueKind() == JsonValueKind.True,
        Contains => rule.Count == 1 && rule[Contains] is JsonValue text && text.GetValueKind() == JsonValueKind.String,
        OneOf => rule.Count == 1 && rule[OneOf] is JsonArray { Count: > 0 } choices && choices.All(choice => ProblemOf(choice) is null),
        DaysFromToday => Days(rule, DaysFromToday) is not null
            && (rule.Count == 1 || (rule.Count == 2 && Days(rule, Tolerance) is >= 0)),
        _ => false,
    };

    private bool Follows(string name, JsonObject rule, JsonNode? actual) => name switch
    {
        Any => actual is not null,
        Contains => TextOf(actual)?.Contains(rule[Contains]!.GetValue<string>(), StringComparison.OrdinalIgnoreCase) is true,
        OneOf => rule[OneOf]!.AsArray().Any(choice => Matches(choice, actual)),
        _ => DayOf(actual) is { } day
            && Math.Abs(day.DayNumber - today.AddDays(Days(rule, DaysFromToday)!.Value).DayNumber) <= (Days(rule, Tolerance) ?? 0),
    };

    private static int? Days(JsonObject rule, string member) =>
        rule[member] is JsonValue value && value.TryGetValue<int>(out var days) && Math.Abs((long)days) <= 36_500 ? days : null;

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The day of a date or a time, in UTC.</summary>
    private static DateOnly? DayOf(JsonNode? node) =>
        DateTimeOffset.TryParse(TextOf(node), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? DateOnly.FromDateTime(time.UtcDateTime)
            : null;
}
