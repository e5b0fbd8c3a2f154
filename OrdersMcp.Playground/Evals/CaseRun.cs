using System.Text.Json.Nodes;

namespace OrdersMcp.Playground.Evals;

/// <summary>A call that the model made.</summary>
/// <param name="Name">The name of the tool.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="IsReadOnly">Whether the tool only reads.</param>
/// <param name="IsError">Whether it changed nothing, because it failed or a person declined it.</param>
internal sealed record MadeCall(string Name, JsonObject Arguments, bool IsReadOnly, bool IsError);

/// <summary>What happened in one run of a case.</summary>
/// <param name="Answer">All text of the model.</param>
/// <param name="Calls">The calls that it made.</param>
/// <param name="Questions">How often the server asked for a confirmation.</param>
/// <param name="Failure">Why the conversation did not come to its end; null if it did.</param>
/// <param name="Tokens">Input and output tokens.</param>
/// <param name="Duration">The time that it took.</param>
/// <param name="Cost">What it cost; null if the prices are not set.</param>
internal sealed record CaseRun(
    string Answer, IReadOnlyList<MadeCall> Calls, int Questions, string? Failure, long Tokens, TimeSpan Duration, decimal? Cost);

/// <summary>The kinds of problems that the table counts.</summary>
internal enum ProblemKind
{
    /// <summary>An expected tool was not called, or another one changed something.</summary>
    WrongTool,

    /// <summary>An expected tool was called, but not with the expected arguments.</summary>
    WrongArguments,

    /// <summary>The answer lacks a text, or has one that it must not have.</summary>
    MissingInAnswer,

    /// <summary>The conversation failed, or its confirmations were not as expected.</summary>
    Other,
}

/// <summary>Something that is wrong with a run.</summary>
internal sealed record Problem(ProblemKind Kind, string Detail);

/// <summary>A run with what is wrong with it.</summary>
internal sealed record JudgedRun(CaseRun Run, IReadOnlyList<Problem> Problems)
{
    public bool IsSuccess => Problems.Count == 0;

    public bool Has(ProblemKind kind) => Problems.Any(problem => problem.Kind == kind);
}

/// <summary>The runs of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Runs">Its runs; none if it was left out.</param>
/// <param name="LeftOut">Why it was not run; null if it was.</param>
internal sealed record CaseResult(EvaluationCase Case, IReadOnlyList<JudgedRun> Runs, string? LeftOut = null);
