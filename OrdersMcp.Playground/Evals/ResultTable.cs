using System.Globalization;
using System.Text;

namespace OrdersMcp.Playground.Evals;

/// <summary>The results as a table for a terminal, with the failures below it.</summary>
internal static class ResultTable
{
    private const int MostDetails = 50;

    private static readonly string[] Head = ["case", "success", "wrong tool", "wrong arguments", "missing in answer", "other", "tokens", "seconds"];

    private static readonly ProblemKind[] Kinds = [ProblemKind.WrongTool, ProblemKind.WrongArguments, ProblemKind.MissingInAnswer, ProblemKind.Other];

    /// <summary>Writes the results. The columns of problems count runs; tokens and seconds are those of all runs.</summary>
    public static string Write(IReadOnlyList<CaseResult> results, string currency)
    {
        var run = results.Where(result => result.LeftOut is null).ToArray();
        JudgedRun[] all = [.. run.SelectMany(result => result.Runs)];
        string[][] rows = [Head, .. run.Select(result => Row(result.Case.Name, result.Runs)), Row("total", all)];
        int[] widths = [.. Head.Select((_, column) => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd());
        }

        if (all.Length > 0 && all.All(each => each.Run.Cost is not null) && all.Sum(each => each.Run.Cost!.Value) is > 0 and var cost)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"cost: {cost:0.####} {currency}");
        }

        AppendLeftOut(text, results);
        AppendDetails(text, run);
        return text.ToString();
    }

    /// <summary>The part of the runs that succeeded, from 0 to 100; 100 without runs.</summary>
    public static double SuccessPercent(IReadOnlyList<CaseResult> results)
    {
        JudgedRun[] all = [.. results.SelectMany(result => result.Runs)];
        return all.Length == 0 ? 100 : 100.0 * all.Count(each => each.IsSuccess) / all.Length;
    }

    private static string[] Row(string name, IReadOnlyList<JudgedRun> runs) =>
    [
        name,
        $"{runs.Count(each => each.IsSuccess)} of {runs.Count}",
        .. Kinds.Select(kind => Count(runs.Count(each => each.Has(kind)))),
        runs.Sum(each => each.Run.Tokens).ToString("N0", CultureInfo.InvariantCulture),
        runs.Sum(each => each.Run.Duration.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture),
    ];

    /// <summary>Empty for none, so that problems stand out.</summary>
    private static string Count(int problems) => problems == 0 ? "" : problems.ToString(CultureInfo.InvariantCulture);

    private static void AppendLeftOut(StringBuilder text, IReadOnlyList<CaseResult> results)
    {
        foreach (var reason in results.Where(result => result.LeftOut is not null).GroupBy(result => result.LeftOut!, StringComparer.Ordinal))
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"not run: {reason.Key} ({reason.Count()})");
            foreach (var result in reason)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {result.Case.Name}");
            }
        }
    }

    private static void AppendDetails(StringBuilder text, IEnumerable<CaseResult> results)
    {
        var details = results.SelectMany(result => result.Runs
            .SelectMany(each => each.Problems)
            .GroupBy(problem => problem.Detail, StringComparer.Ordinal)
            .Select(same => $"  {result.Case.Name}: {OneLine(same.Key)}{(same.Count() > 1 ? $" ({same.Count()} times)" : "")}")).ToArray();
        if (details.Length == 0)
        {
            return;
        }

        text.AppendLine().AppendLine("failures:");
        foreach (var detail in details.Take(MostDetails))
        {
            text.AppendLine(detail);
        }

        if (details.Length > MostDetails)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  and {details.Length - MostDetails} more");
        }
    }

    /// <summary>A model's text could steer the terminal.</summary>
    private static string OneLine(string detail) => string.Concat(detail.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
