using System.Text.RegularExpressions;

namespace OrdersMcp.Playground.Models.Scripted;

/// <summary>The rules of the scripted model, tried in their order.</summary>
internal static partial class Script
{
    private const string Introduction = "I am a scripted model: rules answer here, not a language model. ";

    private const string Fallback =
        Introduction + """
        I do not understand this prompt. I understand prompts like these:

        - Show me last week's orders
        - Show order 1
        - What happened to order 5?
        - Show a chart of revenue by week
        - Order two keyboards for Alice
        - Cancel order 3
        - Find customers named Bob
        - Export all shipped orders as CSV

        With a key for a real model (see docs/playground.md) you can ask anything.
        """;

    private static readonly (Regex Pattern, Func<Scene, Match, Step> Next)[] Rules =
    [
        (CancelPattern(), OrderScripts.Cancel),
        (CreatePattern(), OrderScripts.Create),
        (ExportPattern(), (scene, _) => ListScripts.Export(scene)),
        (StatisticsPattern(), (scene, _) => ListScripts.Statistics(scene)),
        (OrderPattern(), OrderScripts.Show),
        (CustomersPattern(), ListScripts.Customers),
        (OrdersPattern(), (scene, _) => ListScripts.Orders(scene)),
    ];

    /// <summary>The next step in a scene.</summary>
    public static Step Next(Scene scene)
    {
        foreach (var (pattern, next) in Rules)
        {
            if (pattern.Match(scene.Prompt) is { Success: true } match)
            {
                var step = next(scene, match);
                if (step.Calls.FirstOrDefault(call => !scene.Tools.Contains(call.Tool)) is { Tool: { } missing })
                {
                    return Step.Answer($"{(scene.Results.Count == 0 ? Introduction : "")}This needs the tool {missing}, which the chosen caller may not use.");
                }

                return scene.Results.Count == 0 ? step with { Say = Introduction + step.Say } : step;
            }
        }

        return Step.Answer(Fallback);
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;
    private const int Patience = 1000; // milliseconds

    [GeneratedRegex(@"\bcancel\b.*?\border\s+(number\s+)?#?(?<id>\d{1,18})", Options, Patience)]
    private static partial Regex CancelPattern();

    [GeneratedRegex(@"\b(order|buy)\s+(?<count>an?|one|two|three|four|five|six|\d{1,4})\s+(?<product>[\p{L}\d][\p{L}\d -]*?)\s+for\s+(?<customer>[\p{L}\d][\p{L}\d .'-]*)", Options, Patience)]
    private static partial Regex CreatePattern();

    [GeneratedRegex(@"\bexport\b", Options, Patience)]
    private static partial Regex ExportPattern();

    [GeneratedRegex(@"\b(chart|statistics|revenue|sales|best.?selling|turnover)\b", Options, Patience)]
    private static partial Regex StatisticsPattern();

    [GeneratedRegex(@"\border\s+(number\s+)?#?(?<id>\d{1,18})", Options, Patience)]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"\bcustomers?\b(.*?\b(named|called|like|with)\s+(?<name>[\p{L}\d][\p{L}\d .'@-]*))?", Options, Patience)]
    private static partial Regex CustomersPattern();

    [GeneratedRegex(@"\borders\b", Options, Patience)]
    private static partial Regex OrdersPattern();
}
