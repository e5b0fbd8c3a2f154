namespace OrdersMcp.McpServer.Signing;

/// <summary>Says at start that the signing key is made up, which an operator of replicas must know.</summary>
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

    [LoggerMessage(Message = "Mcp:SigningKey is not set: open confirmations and the handles of tasks end with this "
        + "process, and other replicas do not know them")]
    private partial void LogMadeUp(LogLevel level);
}
