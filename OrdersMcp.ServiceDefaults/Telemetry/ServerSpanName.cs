using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrdersMcp.ServiceDefaults.Telemetry;

/// <summary>
/// The name of a request's server span: <c>{method} {route}</c>, as in the semantic conventions. If a route serves many
/// operations, the operation follows, because lists of traces show only this name.
/// </summary>
public static class ServerSpanName
{
    private const string Property = "ordersmcp.server_span.operation";

    /// <summary>Adds the operation to the name of the request's span.</summary>
    /// <param name="context">The request.</param>
    /// <param name="operation">One of a few names, never text from a client.</param>
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
