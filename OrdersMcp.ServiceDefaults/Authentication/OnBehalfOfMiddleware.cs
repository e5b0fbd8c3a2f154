using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// Makes the end caller of a service's request the caller. The header of anybody else is refused, not ignored: who sends
/// it would believe to be someone.
/// </summary>
public sealed partial class OnBehalfOfMiddleware(
    RequestDelegate next, CallerAccess access, CallerSettings settings, ILogger<OnBehalfOfMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers[OnBehalfOf.Header];
        if (header.Count == 0)
        {
            return next(context);
        }

        var service = context.User;
        if (!service.ActsForOthers() && !settings.Current.ServiceClients.Contains(service.ClientId() ?? "", StringComparer.Ordinal))
        {
            LogRefused(service.CallerName());
            return context.RefuseAsync(new AccessDenial(
                StatusCodes.Status403Forbidden, Error: null, $"The header {OnBehalfOf.Header} is taken from a service's credential only.", []));
        }

        if (OnBehalfOf.Read(header.ToString())?.Caller(service, access) is not { } caller)
        {
            return context.RefuseAsync(new AccessDenial(
                StatusCodes.Status403Forbidden, Error: null, $"The header {OnBehalfOf.Header} names no caller that the service may act for.", []));
        }

        context.User = caller;
        return next(context);
    }

    [LoggerMessage(LogLevel.Warning, "{Caller} sent the header of a service that acts for others; it was refused")]
    private partial void LogRefused(string caller);
}
