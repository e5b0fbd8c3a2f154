using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;

namespace OrdersMcp.Playground.Telemetry;

/// <summary>
/// The spans and metrics of conversations, by the OpenTelemetry conventions for generative AI. The chat spans and metrics of
/// models come from Microsoft.Extensions.AI under the same name, and the MCP client completes the tool spans.
/// </summary>
internal sealed class PlaygroundTelemetry : IDisposable
{
    /// <summary>The name of the source and the meter, which the service defaults register.</summary>
    public const string Name = "OrdersMcp.Playground";

    private const string Agent = "playground";

    private readonly ActivitySource _source = new(Name);
    private readonly Meter _meter;
    private readonly Counter<double> _cost;
    private readonly Counter<long> _conversations;

    public PlaygroundTelemetry(IMeterFactory meters, IOptions<PlaygroundOptions> options)
    {
        _meter = meters.Create(Name);
        _cost = _meter.CreateCounter<double>(
            "ordersmcp.playground.cost", options.Value.Currency, "The cost of the models' tokens, for models whose prices are set.");
        _conversations = _meter.CreateCounter<long>(
            "ordersmcp.playground.conversations", "{conversation}", "The requests, by the reason of their end.");
    }

    /// <summary>
    /// Starts a trace of its own for a message of a WebSocket, with a link to the request that opened the socket: that one lasts
    /// as long as the socket, so its trace would mix all conversations.
    /// </summary>
    public Activity? StartMessage(string path)
    {
        ActivityLink[] links = Activity.Current is { } upgrade ? [new ActivityLink(upgrade.Context)] : [];
        Activity.Current = null;
        return _source.StartActivity($"message {path}", ActivityKind.Server, parentContext: default, tags: null, links);
    }

    /// <summary>Starts the span around a loop.</summary>
    public Activity? StartAgent(string provider, string model)
    {
        var activity = _source.StartActivity($"invoke_agent {Agent}", ActivityKind.Internal);
        activity?.SetTag("gen_ai.operation.name", "invoke_agent");
        activity?.SetTag("gen_ai.agent.name", Agent);
        activity?.SetTag("gen_ai.provider.name", provider);
        activity?.SetTag("gen_ai.request.model", model);
        return activity;
    }

    /// <summary>
    /// Starts the span of a tool call. The MCP client adds its attributes to it, instead of a span of its own.
    /// </summary>
    public Activity? StartTool(string tool, string? callId)
    {
        var activity = _source.StartActivity($"execute_tool {tool}", ActivityKind.Internal);
        activity?.SetTag("gen_ai.operation.name", "execute_tool");
        activity?.SetTag("gen_ai.tool.name", tool);
        activity?.SetTag("gen_ai.tool.call.id", callId);
        return activity;
    }

    /// <summary>Ends the span of a tool call. The MCP client puts the text of an error into its status: that is content.</summary>
    public static void EndTool(Activity? activity)
    {
        if (activity?.StatusDescription is not null)
        {
            activity.SetStatus(activity.Status);
        }
    }

    /// <summary>Records the end of a loop in its span and the metrics.</summary>
    public void EndAgent(Activity? activity, string model, string reason, long inputTokens, long outputTokens, string? errorType)
    {
        activity?.SetTag("gen_ai.usage.input_tokens", inputTokens);
        activity?.SetTag("gen_ai.usage.output_tokens", outputTokens);
        activity?.SetTag("ordersmcp.playground.end", reason);
        if (errorType is not null)
        {
            activity?.SetTag("error.type", errorType);
            activity?.SetStatus(ActivityStatusCode.Error);
        }

        _conversations.Add(1, new("gen_ai.request.model", model), new("ordersmcp.playground.end", reason));
    }

    /// <summary>Records the cost of a turn.</summary>
    public void AddCost(decimal cost, string provider, string model) =>
        _cost.Add((double)cost, new("gen_ai.provider.name", provider), new("gen_ai.request.model", model));

    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
    }
}
