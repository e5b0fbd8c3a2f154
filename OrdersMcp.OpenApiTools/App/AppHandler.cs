using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>
/// Sends requests through the pipeline of this app, without a socket. Routing, authorization, filters, model binding and rate
/// limits apply as over HTTP. Answers are streamed, and a caller that stops reading aborts the request.
/// </summary>
internal sealed partial class AppHandler(AppPipeline pipeline, IServiceProvider services, IOptionsMonitor<HostFilteringOptions> hosts, ILogger<AppHandler> logger)
    : HttpMessageHandler
{
    /// <summary>The name of the source of a span for each request.</summary>
    public const string Source = "OrdersMcp.OpenApiTools";

    private static readonly ActivitySource Activities = new(Source);

    /// <summary>
    /// Requests start here and not in the context of the tool call: setting the ambient <see cref="HttpContext"/> would clear
    /// that of the MCP request, which is shared by everything that started within it.
    /// </summary>
    private static readonly ExecutionContext Clean = CaptureClean();

    private readonly Lazy<IHttpContextFactory> _contexts = new(services.GetRequiredService<IHttpContextFactory>);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var built = pipeline.Built;
        var app = built.IsCompletedSuccessfully ? built.Result : await built.WaitAsync(cancellationToken);
        var exchange = new AppExchange(request, AppCaller.Of(request) ?? AppCaller.Itself(AllowedHost()), new CancellationTokenSource(), logger);
        if (exchange.IsMalformed)
        {
            return new HttpResponseMessage(HttpStatusCode.BadRequest) { RequestMessage = request };
        }

        await exchange.ReadBodyAsync(cancellationToken);
        var stop = cancellationToken.UnsafeRegister(static state => ((AppExchange)state!).Stop(), exchange);
        try
        {
            var (parent, isUntraced) = (Activity.Current, Sdk.SuppressInstrumentation);
            ExecutionContext.Run(Clean, _ => _ = RunAsync(app, exchange, parent, isUntraced), state: null);
            return await exchange.Answer.Task;
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested && exception.CancellationToken != cancellationToken)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        finally
        {
            await stop.DisposeAsync();
        }
    }

    private async Task RunAsync(RequestDelegate app, AppExchange exchange, Activity? parent, bool isUntraced)
    {
        using var untraced = isUntraced ? SuppressInstrumentationScope.Begin() : null;
        Activity.Current = parent;
        using var activity = Activities.HasListeners() ? Activities.StartActivity(exchange.Method, ActivityKind.Internal) : null;
        if (activity is not null)
        {
            exchange.Features.Set<IHttpActivityFeature>(new ActivityFeature(activity));
        }

        HttpContext? context = null;
        try
        {
            context = _contexts.Value.Create(exchange.Features);
            await app(context);
            Describe(activity, context);
            await exchange.CompleteAsync();
        }
        catch (Exception exception)
        {
            Describe(activity, context);
            var isStopped = exception is OperationCanceledException && exchange.IsAborted;
            activity?.SetTag("error.type", exception.GetType().FullName);
            activity?.SetStatus(ActivityStatusCode.Error);
            if (!isStopped)
            {
                LogFailed(exchange.Method, RouteOf(context), exception);
            }

            await exchange.FailAsync(exception);
        }
        finally
        {
            await exchange.EndAsync();
            if (context is not null)
            {
                _contexts.Value.Dispose(context);
            }
        }
    }

    /// <summary>A host for the app's requests to itself, which host filtering admits.</summary>
    private HostString AllowedHost()
    {
        const string Default = "localhost";
        var allowed = hosts.CurrentValue.AllowedHosts;
        return new HostString(
            allowed is null or [] || allowed.Any(host => host is "*" or "[::]" or "0.0.0.0" or Default) ? Default
            : allowed[0].StartsWith("*.", StringComparison.Ordinal) ? $"app{allowed[0][1..]}"
            : allowed[0]);
    }

    private static ExecutionContext CaptureClean()
    {
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture());
        thread.UnsafeStart(); // without the context of this thread
        thread.Join();
        return clean!;
    }

    /// <summary>Names the span by its route; the path itself can contain personal data.</summary>
    private static void Describe(Activity? activity, HttpContext? context)
    {
        if (activity is not { IsAllDataRequested: true } || context is null)
        {
            return;
        }

        var status = context.Response.StatusCode;
        activity.DisplayName = RouteOf(context) is { } route ? $"{context.Request.Method} {route}" : context.Request.Method;
        activity.SetTag("http.request.method", context.Request.Method);
        activity.SetTag("http.route", RouteOf(context));
        activity.SetTag("http.response.status_code", status);
        if (status >= (int)HttpStatusCode.InternalServerError)
        {
            activity.SetTag("error.type", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static string? RouteOf(HttpContext? context) =>
        context?.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern } ? "/" + pattern.Trim('/') : null;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Route} failed in process")]
    private partial void LogFailed(string method, string? route, Exception exception);

    private sealed class ActivityFeature(Activity activity) : IHttpActivityFeature
    {
        public Activity Activity { get; set; } = activity;
    }
}
