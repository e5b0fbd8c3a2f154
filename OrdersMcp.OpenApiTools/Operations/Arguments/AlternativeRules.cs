using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>A schema's alternatives (<c>anyOf</c>, <c>oneOf</c>), of which a value must match one.</summary>
internal sealed class AlternativeRules
{
    private readonly ArgumentSchema[] _alternatives;

    private AlternativeRules(ArgumentSchema[] alternatives) => _alternatives = alternatives;

    /// <summary>The rules, or null if there are none.</summary>
    public static AlternativeRules? Of(JsonElement schema, Func<JsonElement, ArgumentSchema> compile)
    {
        // The API checks that exactly one alternative of oneOf matches; documents often use oneOf where they mean anyOf.
        ArgumentSchema[] alternatives = [.. schema.Member("anyOf").Items().Concat(schema.Member("oneOf").Items()).Select(compile)];
        return alternatives.Length == 0 ? null : new AlternativeRules(alternatives);
    }

    public bool All(Predicate<ArgumentSchema> isSo) => Array.TrueForAll(_alternatives, isSo);

    /// <summary>If no alternative matches, the problems of the nearest are the ones to correct.</summary>
    public void Check(JsonElement value, ArgumentReport report)
    {
        if (report.IsExact)
        {
            // Nearly every answer fits: only one that does not is checked again, for what to say. A trial is never checked
            // again, or nested alternatives would double the work at each level.
            var isUnsure = false;
            foreach (var alternative in _alternatives)
            {
                var trial = alternative.Try(value);
                if (trial is { IsClean: true, IsUnsure: false })
                {
                    return;
                }

                isUnsure |= trial is { IsClean: true };
            }

            if (report.IsTrial)
            {
                if (isUnsure)
                {
                    report.Doubt();
                }
                else
                {
                    report.Add("matches no alternative.");
                }

                return;
            }
        }

        ArgumentReport? nearest = null;
        foreach (var alternative in _alternatives)
        {
            var trial = report.Branch();
            alternative.Check(value, trial);
            if (trial is { IsClean: true, HasReplacements: false, IsUnsure: false })
            {
                return;
            }

            // An alternative that needs coercion ranks below every alternative that matches the value as it is.
            if (nearest is null || Order(trial).CompareTo(Order(nearest)) > 0)
            {
                nearest = trial;
            }
        }

        report.Merge(nearest!);

        static (bool, bool, bool, int) Order(ArgumentReport report) =>
            (report.IsClean, report.IsClean && !report.HasReplacements, report.IsClean && !report.IsUnsure, -report.Weight);
    }
}
