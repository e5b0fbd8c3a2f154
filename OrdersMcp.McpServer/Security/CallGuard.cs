using System.Globalization;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.StreamableHttp;
using OrdersMcp.McpServer.Telemetry;
using OrdersMcp.McpServer.Tools;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>
/// Stands before every request that has been read and authenticated: scopes first, then limits. What it refuses has
/// reached neither a tool nor an API.
/// </summary>
internal sealed partial class CallGuard(
    IEnumerable<IAccessSource> sources, CallerAccess callers, CallLimits limits, CallRecorder calls, ToolMetrics metrics, ILogger<CallGuard> logger)
{
    private readonly IAccessSource[] _sources = [.. sources];

    /// <summary>Whether the request may go on; if not, it has been answered.</summary>
    public async ValueTask<bool> AdmitAsync(HttpContext context, JsonRpcMessage message)
    {
        if (message is not JsonRpcRequest request)
        {
            return true;
        }

        var parameters = request.Params as JsonObject;
        RequiredAccess? access = null;
        for (var i = 0; i < _sources.Length && access is null; i++)
        {
            access = _sources[i].Of(request.Method, parameters);
        }

        if (access is not null && Check(context, access) is { } refusal)
        {
            LogBeyond(context.User.CallerName(), access.Tool ?? request.Method, string.Join(' ', access.Scopes));
            context.Items[typeof(RequestId)] = request.Id;
            context.Features.Set(request); // what is refused goes on record
            await context.RefuseAsync(refusal);
            return false;
        }

        if (limits.Take(context, request.Method, access?.Class ?? CallClass.Read) is { } wait)
        {
            context.Features.Set(request);
            metrics.RateLimited(access?.Class switch { CallClass.Write => "write", CallClass.Expensive => "expensive", _ => "read" });
            calls.Refuse(context, ToolOutcome.RateLimited, context.User.CallerName());
            await RefuseAsync(context, wait, access, request.Id);
            return false;
        }

        return true;
    }

    private Refusal? Check(HttpContext context, RequiredAccess access) =>
        access.Tool is { } tool && !ToolAccess.IsInList(context.User.OnlyTools(), tool)
            ? new Refusal(StatusCodes.Status403Forbidden, Error: null, $"The API key is not for the tool '{tool}'. Nothing was done.", [])
            : callers.Has(context.User, access.Scopes)
                ? null
                : Refusal.InsufficientScope(access.Scopes);

    private static Task RefuseAsync(HttpContext context, TimeSpan wait, RequiredAccess? access, RequestId id)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var what = access?.Class switch
        {
            CallClass.Write => "calls that change something",
            CallClass.Expensive => $"calls of '{access.Tool}' and tools as expensive",
            _ => "requests",
        };
        var detail = JsonRpcErrors.Detail((McpErrorCode)JsonRpcRefusals.Code,
            $"Too many {what} in a short time. Nothing was done. Wait {seconds} s, then call again, and make fewer calls.");
        detail.Data = new JsonObject { ["retryAfter"] = seconds };
        return JsonRpcErrors.WriteAsync(context, StatusCodes.Status429TooManyRequests, detail, id);
    }

    [LoggerMessage(LogLevel.Information, "{Caller} may not use {Target}, which needs {Scopes}")]
    private partial void LogBeyond(string caller, string target, string scopes);
}
