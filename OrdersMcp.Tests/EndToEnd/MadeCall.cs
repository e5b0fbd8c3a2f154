using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>How far a call comes.</summary>
internal enum Reach
{
    /// <summary>It is refused before it comes to the protocol.</summary>
    AnonymousAccessPolicy,

    /// <summary>The MCP server answers it alone.</summary>
    Server,

    /// <summary>The MCP server tries to reach the API, in vain.</summary>
    NoApi,

    /// <summary>The API answers it without the database.</summary>
    Api,

    /// <summary>It comes to the database.</summary>
    Database,
}

/// <summary>What must be on record of a call.</summary>
/// <param name="Outcome">How it ends.</param>
/// <param name="Reach">How far it comes.</param>
internal sealed record Expected(string Outcome, Reach Reach = Reach.Database)
{
    public static readonly Expected Ok = new("ok");

    /// <summary><c>error.type</c> of its span: the outcome, unless a JSON-RPC error is answered, or the call goes on.</summary>
    public string? ErrorType { get; init; } = Outcome == "ok" ? null : Outcome;

    /// <summary>Whether it is answered with a result.</summary>
    public bool HasResult { get; init; } = true;

    /// <summary>Whether the API had done it before.</summary>
    public bool IsReplay { get; init; }

    /// <summary>Who calls, as the audit has it.</summary>
    public string Caller { get; init; } = "anonymous";
}

/// <summary>A call that was made, in a trace of its own, with the client's span as the parent.</summary>
internal sealed record MadeCall(
    int Number, string Service, string Era, bool IsHttp, string Tool, Expected Expected, string TraceId, string ParentId, string? GoesOnWith)
{
    public string Traceparent => $"00-{TraceId}-{ParentId}-01";

    /// <summary>Every other call over HTTP has its trace in the message alone, unless nobody reads the message.</summary>
    public bool IsTracedByMessage => !IsHttp || (Number % 2 == 0 && Expected.Reach != Reach.AnonymousAccessPolicy);

    public override string ToString() => $"call {Number} of {Tool} ({Service}, {Era}, {Expected.Outcome}, trace {TraceId})";
}

/// <summary>The calls that were made.</summary>
internal sealed class CallLog
{
    private readonly ConcurrentQueue<MadeCall> _calls = new();
    private int _count;

    public int Count => _count;

    public IReadOnlyCollection<MadeCall> Calls => _calls;

    public MadeCall Add(string service, string era, bool isHttp, string tool, Expected expected, MadeCall? goesOnWith)
    {
        var call = new MadeCall(
            Interlocked.Increment(ref _count), service, era, isHttp, tool, expected,
            ActivityTraceId.CreateRandom().ToString(), ActivitySpanId.CreateRandom().ToString(), goesOnWith?.TraceId);
        _calls.Enqueue(call);
        return call;
    }
}
