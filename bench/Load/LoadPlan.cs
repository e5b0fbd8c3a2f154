namespace OrdersMcp.Bench.Load;

/// <summary>What the load generator does; it reads one as JSON from its standard input.</summary>
/// <param name="Targets">Who is asked, as <c>host:port</c>; several take turns, request by request.</param>
/// <param name="Requests">What is asked, in turn, from a place in the list that each connection has for itself.</param>
/// <param name="Connections">How many requests are under way at most; each has a connection to each target.</param>
/// <param name="WarmUpSeconds">How long it is done without counting.</param>
/// <param name="Seconds">How long it is done with counting.</param>
/// <param name="MostRequests">The count after which it stops earlier.</param>
/// <param name="RatePerSecond">
/// Open loop: requests are due at this rate whether or not the earlier ones are answered, and their latency counts from
/// when they were due. Null for a closed loop: each connection asks again when it has its answer.
/// </param>
/// <param name="Expect">What the body of a right answer holds.</param>
/// <param name="Reject">What the body of a right answer does not hold.</param>
/// <param name="Processes">Whose CPU time and memory are taken down meanwhile.</param>
internal sealed record LoadPlan(
    IReadOnlyList<string> Targets,
    IReadOnlyList<LoadRequest> Requests,
    int Connections,
    double WarmUpSeconds,
    double Seconds,
    long MostRequests,
    double? RatePerSecond,
    string Expect,
    string? Reject,
    IReadOnlyList<WatchedProcess> Processes);

/// <summary>An HTTP/1.1 request. Host and Content-Length are added.</summary>
internal sealed record LoadRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string? Body = null);

/// <summary>A process to watch.</summary>
/// <param name="Name">What the figures are called by.</param>
/// <param name="Pid">Its number.</param>
/// <param name="WithChildren">Whether its direct children's CPU time is its own.</param>
internal sealed record WatchedProcess(string Name, int Pid, bool WithChildren = false);

/// <summary>What came of a plan; written as JSON to the standard output. Latencies are in milliseconds.</summary>
/// <param name="Completed">Right answers.</param>
/// <param name="Failed">Wrong answers, and requests without one.</param>
/// <param name="Statuses">How many answers had which HTTP status.</param>
/// <param name="FirstFailure">The first wrong answer, shortened.</param>
/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="P50">The median latency.</param>
/// <param name="P90">Exceeded by one in ten.</param>
/// <param name="P99">Exceeded by one in a hundred.</param>
/// <param name="Longest">The longest latency.</param>
/// <param name="LoadCpuSeconds">The CPU time of the load generator itself.</param>
/// <param name="Usage">What the watched processes used.</param>
internal sealed record LoadResult(
    long Completed,
    long Failed,
    IReadOnlyDictionary<int, long> Statuses,
    string? FirstFailure,
    double Seconds,
    double P50,
    double P90,
    double P99,
    double Longest,
    double LoadCpuSeconds,
    IReadOnlyList<ProcessUsage> Usage)
{
    /// <summary>Right answers a second.</summary>
    public double Throughput => Seconds > 0 ? Completed / Seconds : 0;
}

/// <summary>What a process used while the load was counted.</summary>
/// <param name="Name">As in the plan.</param>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="PeakMemoryBytes">The largest resident set that was seen.</param>
internal sealed record ProcessUsage(string Name, double CpuSeconds, long PeakMemoryBytes);
