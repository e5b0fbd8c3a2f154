using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>How far a call gets.</summary>
internal enum Reach
{
    /// <summary>Refused before it reaches the protocol.</summary>
    AnonymousAccessPolicy,

    /// <summary>Answered by the MCP server alone.</summary>
    Server,

    /// <summary>The MCP server cannot reach the API.</summary>
    NoApi,

    /// <summary>Answered by the API without the database.</summary>
    Api,

    /// <summary>Reaches the database.</summary>
    Database,
}

/// <summary>The expected record of a call.</summary>
/// <param name="Outcome">How it ends.</param>
/// <param name="Reach">How far it gets.</param>
internal sealed record Expected(string Outcome, Reach Reach = Reach.Database)
{
    public static readonly Expected Ok = new("ok");

    /// <summary><c>error.type</c> of its span: the outcome, unless a JSON-RPC error is answered, or the call goes on.</summary>
    public string? ErrorType { get; init; } = Outcome == "ok" ? null : Outcome;

    /// <summary>Whether the response is a result.</summary>
    public bool HasResult { get; init; } = true;

    /// <summary>Whether the API had done it before.</summary>
    public bool IsReplay { get; init; }

    /// <summary>The caller in the audit log.</summary>
    public string Caller { get; init; } = "anonymous";
}

/// <summary>A completed call in its own trace, with the client's span as the parent.</summary>
internal sealed record MadeCall(
    int Number, string Service, string Era, bool IsHttp, string Tool, Expected Expected, string TraceId, string ParentId, string? GoesOnWith)
{
    public string Traceparent => $"00-{TraceId}-{ParentId}-01";

    /// <summary>Every other call over HTTP has its trace only in the message, unless the message is not read.</summary>
    public bool IsTracedByMessage => !IsHttp || (Number % 2 == 0 && Expected.Reach != Reach.AnonymousAccessPolicy);

    public override string ToString() => $"call {Number} of {Tool} ({Service}, {Era}, {Expected.Outcome}, trace {TraceId})";
}

/// <summary>The completed calls.</summary>
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
