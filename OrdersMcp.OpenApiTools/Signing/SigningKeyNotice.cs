namespace OrdersMcp.OpenApiTools.Signing;

/// <summary>Reports at start that the signing key is random, which does not work for several replicas.</summary>
internal sealed partial class SigningKeyNotice(
    SigningKey key, IHostEnvironment environment, ILogger<SigningKeyNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (key.IsOfThisProcess)
        {
            LogMadeUp(environment.IsDevelopment() ? LogLevel.Information : LogLevel.Warning);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Message = "Mcp:SigningKey is not set: open confirmations and task handles end with this "
        + "process, and are unknown to other replicas")]
    private partial void LogMadeUp(LogLevel level);
}
