using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// The metrics of requests and tool calls (docs/observability.md lists them with their units). Every label has a bounded
/// set of values: a tool of the catalog, an outcome, a protocol method, or a client's capped name. No label contains an id.
/// </summary>
internal sealed class ToolMetrics
{
    private readonly ClientNames _clients;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _calls;
    private readonly Histogram<long> _argumentsSize;
    private readonly Histogram<long> _resultSize;
    private readonly Counter<long> _resultTokens;
    private readonly Counter<long> _cuts;
    private readonly Counter<long> _replays;
    private readonly Counter<long> _limitRefusals;

    public ToolMetrics(IMeterFactory factory, ClientNames clients)
    {
        _clients = clients;
        var meter = factory.Create(McpAttributes.Meter);

        // Replaces the SDK's histogram of this name, whose labels contain any name that a client sends.
        _duration = meter.CreateHistogram("mcp.server.operation.duration", "s",
            "MCP request or notification duration as observed on the receiver from the time it was received until the result or ack is sent.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] });
        _calls = meter.CreateCounter<long>("ordersmcp.tool.calls", "{call}", "Tool calls, by tool, outcome and client.");
        _argumentsSize = Sizes("ordersmcp.tool.arguments.size", "Size of a tool call's arguments as JSON.");
        _resultSize = Sizes("ordersmcp.tool.result.size", "Size of the content of a tool call's result.");
        _resultTokens = meter.CreateCounter<long>("ordersmcp.tool.result.tokens", "{token}", "Estimated tokens that results cost a model.");
        _cuts = meter.CreateCounter<long>("ordersmcp.tool.result.cuts", "{result}", "Results that the byte budget made smaller.");
        _replays = meter.CreateCounter<long>("ordersmcp.idempotency.replays", "{call}", "Writes that had been done before and were answered as then.");
        _limitRefusals = meter.CreateCounter<long>("ordersmcp.rate_limit.refusals", "{request}", "Requests refused by a rate limit.");

        Histogram<long> Sizes(string name, string description) => meter.CreateHistogram(name, "By", description,
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [64, 256, 1024, 4096, 16384, 32768, 65536, 262144, 1048576] });
    }

    /// <summary>Whether a listener collects the token counts of results.</summary>
    public bool CountsTokens => _resultTokens.Enabled;

    /// <summary>A request or notification has been handled.</summary>
    public void RequestEnded(ObservedRequest request, TimeSpan duration)
    {
        var tags = new TagList
        {
            { McpAttributes.Method, request.Method },
            { McpAttributes.Transport, request.IsHttp ? "tcp" : "pipe" },
        };
        if (request.IsHttp)
        {
            tags.Add(McpAttributes.Protocol, "http");
        }

        // A handshake may ask for any text as version; only supported versions become labels.
        if (request.ProtocolVersion is { } version)
        {
            tags.Add(McpAttributes.ProtocolVersion, ProtocolVersions.IsSupported(version) ? version : McpAttributes.Other);
        }

        if (request.Call is { } call)
        {
            tags.Add(McpAttributes.Tool, call.ToolName);
            tags.Add(McpAttributes.Operation, McpAttributes.ExecuteTool);
        }

        if (request.ErrorType is { } error)
        {
            tags.Add(McpAttributes.ErrorType, error);
        }

        if (request.StatusCode is { } code)
        {
            tags.Add(McpAttributes.StatusCode, code);
        }

        _duration.Record(duration.TotalSeconds, tags);
    }

    /// <summary>A tool call ended.</summary>
    public void CallEnded(ObservedCall call, int resultSize, int resultTokens)
    {
        var tool = new KeyValuePair<string, object?>(McpAttributes.Tool, call.ToolName);
        CallCounted(call.ToolName, call.Outcome, call.Request.Client);
        _argumentsSize.Record(call.ArgumentsSize, tool);
        if (call.Result is not null)
        {
            _resultSize.Record(resultSize, tool);
            _resultTokens.Add(resultTokens, tool);
        }

        if (call.IsTruncated)
        {
            _cuts.Add(1, tool);
        }

        if (call.IsReplay)
        {
            _replays.Add(1, tool);
        }
    }

    /// <summary>A tool call was made.</summary>
    public void CallCounted(string tool, ToolOutcome outcome, string client) => Count(tool, outcome, _clients.Label(client));

    /// <summary>A tool call was refused before it reached a tool.</summary>
    public void CallRefused(string tool, ToolOutcome outcome, string client, bool isStranger) =>
        Count(tool, outcome, isStranger ? _clients.LabelOfStranger(client) : _clients.Label(client));

    private void Count(string tool, ToolOutcome outcome, string client) => _calls.Add(
        1,
        new KeyValuePair<string, object?>(McpAttributes.Tool, tool),
        new KeyValuePair<string, object?>(McpAttributes.Outcome, outcome.Text()),
        new KeyValuePair<string, object?>(McpAttributes.Client, client));

    /// <summary>A rate limit refused a request.</summary>
    /// <param name="limit">The name of the limit, from a small fixed set; never a caller.</param>
    public void RateLimited(string limit) => _limitRefusals.Add(1, new KeyValuePair<string, object?>("ordersmcp.rate_limit.name", limit));
}
