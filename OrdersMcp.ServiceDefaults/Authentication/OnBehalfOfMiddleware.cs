using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// Makes the end caller of a service's request the caller. Requests with the header from anybody else are denied instead of
/// running as the wrong caller.
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
                StatusCodes.Status403Forbidden, Error: null, $"The header {OnBehalfOf.Header} is accepted only with the credential of a service.", []));
        }

        if (OnBehalfOf.Read(header.ToString())?.Caller(service, access) is not { } caller)
        {
            return context.RefuseAsync(new AccessDenial(
                StatusCodes.Status403Forbidden, Error: null, $"The header {OnBehalfOf.Header} does not name a caller that the service can act for.", []));
        }

        context.User = caller;
        return next(context);
    }

    [LoggerMessage(LogLevel.Warning, "Denied a request of {Caller}, who sent the header of a service that acts for others")]
    private partial void LogRefused(string caller);
}
