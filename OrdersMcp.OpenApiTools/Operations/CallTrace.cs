using System.Diagnostics;

namespace OrdersMcp.OpenApiTools.Operations;

/// <summary>The span of the MCP request that the server is handling.</summary>
internal static class CallTrace
{
    /// <summary>The SDK's activity source.</summary>
    public const string Source = "Experimental.ModelContextProtocol";

    private const string Property = "ordersmcp.operation";

    /// <summary>
    /// The span's trace context, for a later request that continues it; null if the request is not traced.
    /// </summary>
    public static string? Current => Span?.Id;

    private static Activity? Span =>
        Activity.Current is { IsAllDataRequested: true } activity && activity.Source.Name == Source ? activity : null;

    /// <summary>
    /// Links the span to an earlier request that it continues: a call repeated with an answer, or a read of a task.
    /// </summary>
    public static void Link(string? traceparent)
    {
        if (Span is { } span && ActivityContext.TryParse(traceparent, traceState: null, isRemote: true, out var first) && first.SpanId != span.SpanId)
        {
            span.AddLink(new ActivityLink(first));
        }
    }

    /// <summary>Records the operation of the next request.</summary>
    public static void Calls(ToolMetadata operation)
    {
        if (Activity.Current is { IsAllDataRequested: true } span)
        {
            span.SetCustomProperty(Property, operation);
        }
    }

    /// <summary>The operation of a request sent within this span.</summary>
    public static ToolMetadata? CalledIn(Activity? span) => span?.GetCustomProperty(Property) as ToolMetadata;
}
