using System.Diagnostics;

namespace OrdersMcp.McpServer.Operations;

/// <summary>The span of the request that is being served, for those who serve it.</summary>
internal static class CallTrace
{
    /// <summary>The SDK's activity source.</summary>
    public const string Source = "Experimental.ModelContextProtocol";

    private const string Property = "ordersmcp.operation";

    /// <summary>Its trace context, for a later request that goes on with it; null where it is not traced.</summary>
    public static string? Current => Span?.Id;

    private static Activity? Span =>
        Activity.Current is { IsAllDataRequested: true } activity && activity.Source.Name == Source ? activity : null;

    /// <summary>Links it to an earlier request that it goes on with: the repeat with an answer, a task's reading.</summary>
    public static void Link(string? traceparent)
    {
        if (Span is { } span && ActivityContext.TryParse(traceparent, traceState: null, isRemote: true, out var first) && first.SpanId != span.SpanId)
        {
            span.AddLink(new ActivityLink(first));
        }
    }

    /// <summary>The request that is sent next is of this operation.</summary>
    public static void Calls(ToolMetadata operation)
    {
        if (Activity.Current is { IsAllDataRequested: true } span)
        {
            span.SetCustomProperty(Property, operation);
        }
    }

    /// <summary>The operation of a request that was sent within this span.</summary>
    public static ToolMetadata? CalledIn(Activity? span) => span?.GetCustomProperty(Property) as ToolMetadata;
}
