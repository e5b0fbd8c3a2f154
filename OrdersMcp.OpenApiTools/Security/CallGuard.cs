using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Telemetry;
using OrdersMcp.OpenApiTools.Tools.Search;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>
/// Checks every request after it is read and authenticated: scopes first, then limits. A refused request has reached
/// neither a tool nor an API.
/// </summary>
internal sealed class CallGuard(
    IEnumerable<IAccessSource> sources, ToolCatalog catalog, OwnTools own, ICallerRules rules, CallLimits limits, CallRecorder recorder, ToolMetrics metrics)
{
    private readonly IAccessSource[] _sources = [.. sources];

    /// <summary>Returns whether the request may go on. If not, it has been answered.</summary>
    /// <param name="context">The request.</param>
    /// <param name="message">Its message; null if it opens the stream of a session.</param>
    public async ValueTask<bool> AdmitAsync(HttpContext context, JsonRpcMessage? message)
    {
        if (message is null)
        {
            return !await IsExcessAsync(context, RequestMethods.SubscriptionsListen, id: default, access: null, tool: null);
        }

        if (message is not JsonRpcRequest request)
        {
            return message is not JsonRpcNotification told || !await IsExcessAsync(context, told);
        }

        var isCounted = false;
        if (!catalog.IsRead && NeedsCatalog(request.Method))
        {
            // A request that waits for the catalog is counted first, as a read, because its needs are not known yet.
            isCounted = true;
            if (await IsExcessAsync(context, request.Method, request.Id, access: null, tool: request.Method == RequestMethods.ToolsCall ? McpAttributes.Other : null)
                || await NoCatalogAsync(context, request))
            {
                return false;
            }
        }

        RequiredAccess? access;
        string? tool;
        try
        {
            access = AccessOf(context.User, request);
            tool = request.Method != RequestMethods.ToolsCall ? null
                : access?.Tool ?? (own.NameIn(request.Params as JsonObject) is { } name && own.Has(name) ? name : "");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Two parsers may read such a message differently, so it is refused.
            await JsonRpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, JsonRpcErrors.Ambiguous(), request.Id);
            return false;
        }

        if (access is not null && IsRefused(context, access, out var reason))
        {
            IReadOnlyList<string> scopes = reason is null ? access.Scopes : [];
            recorder.Refuse(context, ToolOutcome.Forbidden, request.Method, tool, scopes);
            context.Items[typeof(RequestId)] = request.Id;
            await rules.RefuseAsync(context, reason, scopes);
            return false;
        }

        return isCounted || !await IsExcessAsync(context, request.Method, request.Id, access, tool);
    }

    /// <summary>Records that a request got no session.</summary>
    public void SessionRefused(HttpContext context)
    {
        metrics.RateLimited("sessions");
        recorder.Refuse(context, ToolOutcome.RateLimited, RequestMethods.Initialize);
    }

    /// <summary>Counts the request. If it exceeds a limit, it has been answered.</summary>
    private async ValueTask<bool> IsExcessAsync(
        HttpContext context, string method, RequestId id, RequiredAccess? access, string? tool)
    {
        if (await limits.TakeAsync(context, method, access?.Class ?? CallClass.Read, access?.Tool) is not { } excess)
        {
            return false;
        }

        metrics.RateLimited(excess.Limit);
        recorder.Refuse(context, ToolOutcome.RateLimited, method, tool);
        await RefuseAsync(context, excess, access, id);
        return true;
    }

    /// <summary>Counts a notification as a read, even while the caller's calls take all places: it may cancel one of them.</summary>
    private async ValueTask<bool> IsExcessAsync(HttpContext context, JsonRpcNotification told)
    {
        if (await limits.TakeReadAsync(context) is not { } excess)
        {
            return false;
        }

        metrics.RateLimited(excess.Limit);
        recorder.Refuse(context, ToolOutcome.RateLimited, told.Method);
        await RefuseAsync(context, excess, access: null, id: default);
        return true;
    }

    /// <summary>Whether the access that a request needs depends on the documents.</summary>
    private static bool NeedsCatalog(string method) =>
        method is RequestMethods.ToolsCall or RequestMethods.ResourcesRead or RequestMethods.CompletionComplete or RequestMethods.SubscriptionsListen
            or RequestMethods.ResourcesSubscribe || method.StartsWith("tasks/", StringComparison.Ordinal);

    /// <summary>Waits for the first reading of the documents. If it takes too long, the request has been answered.</summary>
    private async ValueTask<bool> NoCatalogAsync(HttpContext context, JsonRpcRequest request)
    {
        try
        {
            await catalog.GetAsync(context.RequestAborted);
            return false;
        }
        catch (McpProtocolException exception)
        {
            recorder.Refuse(
                context, ToolOutcome.UpstreamUnavailable, request.Method, request.Method == RequestMethods.ToolsCall ? McpAttributes.Other : null);
            await JsonRpcErrors.WriteAsync(context, StatusCodes.Status200OK, exception.ErrorCode, exception.Message, request.Id);
            return true;
        }
    }

    private RequiredAccess? AccessOf(ClaimsPrincipal caller, JsonRpcRequest request)
    {
        var parameters = request.Params as JsonObject;
        foreach (var source in _sources)
        {
            if (source.Of(caller, request.Method, parameters) is { } access)
            {
                return access;
            }
        }

        return null;
    }

    /// <summary>Whether the caller may not make the request. The reason is null if the caller's scopes do not suffice.</summary>
    private bool IsRefused(HttpContext context, RequiredAccess access, out string? reason)
    {
        reason = access.Never is { } never ? $"{never} Nothing was done."
            : access.Tool is { } tool && !ToolAccess.IsInList(context.User.OnlyTools(), tool) ? $"This caller may not use the tool '{tool}'. Nothing was done."
            : null;
        return reason is not null || !rules.Has(context.User, access.Scopes);
    }

    private static Task RefuseAsync(HttpContext context, Excess excess, RequiredAccess? access, RequestId id)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(excess.Wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var isUnchecked = excess.Limit == CallLimits.StoreLimit;
        var what = access?.Class switch
        {
            CallClass.Write => "calls that change something",
            CallClass.Expensive => $"calls of '{access.Tool}' and tools as expensive",
            _ => "requests",
        };
        var detail = JsonRpcErrors.Detail(JsonRpcErrors.Refused, isUnchecked
            ? $"The server cannot check the limits of its callers at the moment. Nothing was done. Wait {seconds} s, then call again."
            : excess.Limit == CallLimits.ToolLimit
            ? $"Too many calls of '{access?.Tool}' are under way, of all callers. Nothing was done. Wait {seconds} s, then call again."
            : $"Too many {what} in a short time. Nothing was done. Wait {seconds} s, then call again, and make fewer calls.");
        detail.Data = new JsonObject { ["retryAfter"] = seconds };
        return JsonRpcErrors.WriteAsync(
            context, isUnchecked ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests, detail, id);
    }
}
