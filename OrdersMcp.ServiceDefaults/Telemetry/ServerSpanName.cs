using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrdersMcp.ServiceDefaults.Telemetry;

/// <summary>
/// The name of a request's server span: <c>{method} {route}</c>, as the semantic conventions have it. Where one route
/// serves many operations, the operation follows; lists of traces show this name alone.
/// </summary>
public static class ServerSpanName
{
    private const string Property = "ordersmcp.server_span.operation";

    /// <summary>Adds what is asked for to the name of the request's span.</summary>
    /// <param name="context">The request.</param>
    /// <param name="operation">One of few texts, never one that a client made up: it is a name, not a value.</param>
    public static void SetSpanOperation(this HttpContext context, string operation)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
        {
            activity.SetCustomProperty(Property, operation);
        }
    }

    internal static string Of(Activity activity, string method, string route) =>
        activity.GetCustomProperty(Property) is string operation ? $"{method} {route} {operation}" : $"{method} {route}";
}
