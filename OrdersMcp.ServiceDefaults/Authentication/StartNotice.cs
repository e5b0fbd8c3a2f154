using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>Logs at start who may call, with a warning if everybody may.</summary>
internal sealed partial class StartNotice(AnonymousAccessPolicy anonymous, ILogger<StartNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (anonymous.IsOpenToAll)
        {
            LogOpenToAll();
        }
        else if (anonymous.IsOpenToThisMachine)
        {
            LogOpenToThisMachine();
        }
        else
        {
            LogClosed(anonymous.TakesTokens, anonymous.TakesKeys);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "NO AUTHENTICATION: Authentication:AllowAnonymous admits everyone who can reach this server")]
    private partial void LogOpenToAll();

    [LoggerMessage(LogLevel.Warning,
        "NO AUTHENTICATION: in Development without a scheme, any program on this machine may call, but no other machine")]
    private partial void LogOpenToThisMachine();

    [LoggerMessage(LogLevel.Information, "Callers need a credential (access tokens: {Tokens}, API keys: {Keys})")]
    private partial void LogClosed(bool tokens, bool keys);
}
