using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// The operation in the name of a request's server span. Lists of traces show only this name, and without it each line would
/// be <c>POST /mcp</c>.
/// </summary>
internal static class SpanOperation
{
    private const string Property = "ordersmcp.server_span.operation";

    /// <param name="context">The request.</param>
    /// <param name="operation">One of a few names, never text from a client.</param>
    public static void Set(HttpContext context, string operation) => Set(context.Features.Get<IHttpActivityFeature>()?.Activity, operation);

    /// <param name="span">The span of the request, if there is one.</param>
    /// <param name="operation">One of a few names, never text from a client.</param>
    public static void Set(Activity? span, string operation)
    {
        if (span is { IsAllDataRequested: true })
        {
            span.SetCustomProperty(Property, operation);
        }
    }

    /// <summary>
    /// Appends the operation to the name of a span that has ended: hosts name the span by its route just before. Only once,
    /// as a process can have several tracer providers and each of them calls this.
    /// </summary>
    public static void AddTo(Activity span)
    {
        if (span.GetCustomProperty(Property) is string operation)
        {
            span.DisplayName = $"{span.DisplayName} {operation}";
            span.SetCustomProperty(Property, null);
        }
    }
}
