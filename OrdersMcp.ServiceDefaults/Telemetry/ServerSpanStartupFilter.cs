using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;

namespace OrdersMcp.ServiceDefaults.Telemetry;

/// <summary>
/// Completes the server span with route, status, name, error type and the client's address
/// (OpenTelemetry semantic conventions, HTTP server span), around everything else in the pipeline.
/// </summary>
internal sealed class ServerSpanStartupFilter(Func<HttpContext, bool> isTraced) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(InvokeAsync);
        next(app);
    };

    private async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
        if (activity is null)
        {
            await next(context);
            return;
        }

        if (!isTraced(context))
        {
            // Exports neither this span nor any span below it, whatever the sampler decides.
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            using var suppression = SuppressInstrumentationScope.Begin();
            await next(context);
            return;
        }

        if (!activity.IsAllDataRequested)
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            SetError(activity, exception.GetType().FullName!);
            throw;
        }
        finally
        {
            Complete(activity, context);
        }
    }

    private static void Complete(Activity activity, HttpContext context)
    {
        var statusCode = context.Response.StatusCode;
        activity.SetTag("http.response.status_code", statusCode);

        // An unknown method is text from the client.
        var method = activity.GetTagItem("http.request.method") is "_OTHER" ? "HTTP" : context.Request.Method;

        // The exception handler removes the endpoint from the request and keeps it in its feature.
        var failure = context.Features.Get<IExceptionHandlerFeature>();
        if ((context.GetEndpoint() ?? failure?.Endpoint) is RouteEndpoint { RoutePattern.RawText: { } pattern })
        {
            var route = "/" + pattern.Trim('/'); // the pattern of a group with an empty pattern ends with a slash
            activity.SetTag("http.route", route);
            activity.DisplayName = $"{method} {route}";
            if (activity.GetTagItem("url.path") is string path)
            {
                activity.SetTag("url.path", RedactedPath.Of(path, route));
            }
        }
        else
        {
            activity.DisplayName = method;
            activity.SetTag("url.path", RedactedPath.OfNoRoute);
        }

        // Behind a trusted proxy, this is already the forwarded address.
        if (context.Connection.RemoteIpAddress is { } address)
        {
            activity.SetTag("client.address", address.ToString());
        }

        if (context.Request.Protocol is { } protocol && protocol.StartsWith("HTTP/", StringComparison.Ordinal))
        {
            activity.SetTag("network.protocol.version", protocol["HTTP/".Length..]);
        }

        if (statusCode >= 500)
        {
            SetError(activity, failure?.Error.GetType().FullName ?? statusCode.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void SetError(Activity activity, string errorType)
    {
        activity.SetTag("error.type", errorType);
        activity.SetStatus(ActivityStatusCode.Error);
    }
}
