using System.Text.Json.Nodes;

namespace OrdersMcp.Playground.Evals;

/// <summary>Compares a run with its case.</summary>
/// <param name="today">The day of the run, in UTC.</param>
internal sealed class Judge(DateOnly today)
{
    private const int LongestQuote = 300;

    private readonly ArgumentMatcher _matcher = new(today);

    /// <summary>What is wrong with the run.</summary>
    public JudgedRun Judged(EvaluationCase each, CaseRun run) => new(run, [.. OfCalls(each, run), .. OfAnswer(each, run.Answer), .. OfEnd(each, run)]);

    private IEnumerable<Problem> OfCalls(EvaluationCase each, CaseRun run)
    {
        var matches = Assigned(each.ToolCalls, run.Calls);
        foreach (var (index, expected) in each.ToolCalls.Index().Where(call => matches[call.Index] < 0))
        {
            var same = run.Calls.Where(call => call.Name == expected.Name).ToArray();
            yield return same.Length == 0
                ? new Problem(ProblemKind.WrongTool, $"did not call {expected.Name}; {Made(run.Calls)}")
                : new Problem(ProblemKind.WrongArguments, $"{expected.Name} with {Quote(expected.Arguments)} was expected; {Made(same)}");
        }

        // A call that only reads costs tokens, and can still be a good idea.
        foreach (var (_, extra) in run.Calls.Index().Where(call => !matches.Contains(call.Index) && call.Item is { IsReadOnly: false, IsError: false }))
        {
            yield return new Problem(ProblemKind.WrongTool, $"{extra.Name} changed something that nobody asked for: {Quote(extra.Arguments)}");
        }
    }

    private static IEnumerable<Problem> OfAnswer(EvaluationCase each, string answer)
    {
        var missing = each.MustContain.Where(text => !text.IsIn(answer)).Select(text => $"the answer lacks {text}")
            .Concat(each.MustNotContain.Where(text => text.IsIn(answer)).Select(text => $"the answer has {text}"));
        return missing.Select(detail => new Problem(ProblemKind.MissingInAnswer, $"{detail}: {Quote(answer)}"));
    }

    private static IEnumerable<Problem> OfEnd(EvaluationCase each, CaseRun run)
    {
        if (run.Failure is { } failure)
        {
            yield return new Problem(ProblemKind.Other, failure);
        }

        if (run.Questions == 0 && each.Confirmation is not null)
        {
            yield return new Problem(ProblemKind.Other, "no call asked for a confirmation");
        }
        else if (run.Questions > 0 && each.Confirmation is null)
        {
            yield return new Problem(ProblemKind.Other, "a call asked for a confirmation, which was declined");
        }
    }

    /// <summary>
    /// The index of the call that fulfils each expectation, or -1. Each call fulfils at most one; a call that fits two
    /// expectations is given to the one that no other call fits (augmenting paths).
    /// </summary>
    private int[] Assigned(IReadOnlyList<ExpectedCall> expected, IReadOnlyList<MadeCall> made)
    {
        var fulfilledBy = new int[expected.Count];
        Array.Fill(fulfilledBy, -1);
        for (var i = 0; i < expected.Count; i++)
        {
            Fulfil(i, new bool[made.Count]);
        }

        return fulfilledBy;

        bool Fulfil(int expectation, bool[] tried)
        {
            for (var call = 0; call < made.Count; call++)
            {
                if (tried[call] || made[call].Name != expected[expectation].Name
                    || !_matcher.Matches(expected[expectation].Arguments ?? [], made[call].Arguments))
                {
                    continue;
                }

                tried[call] = true;
                var taker = Array.IndexOf(fulfilledBy, call);
                if (taker < 0 || Fulfil(taker, tried))
                {
                    fulfilledBy[expectation] = call;
                    return true;
                }
            }

            return false;
        }
    }

    private static string Made(IReadOnlyCollection<MadeCall> calls) =>
        calls.Count == 0 ? "it called nothing" : $"it called {string.Join(", ", calls.Select(call => $"{call.Name} {Quote(call.Arguments)}"))}";

    private static string Quote(JsonObject? arguments) => Quote((arguments ?? []).ToJsonString());

    private static string Quote(string text)
    {
        var line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length <= LongestQuote ? line : line[..LongestQuote] + "…";
    }
}
