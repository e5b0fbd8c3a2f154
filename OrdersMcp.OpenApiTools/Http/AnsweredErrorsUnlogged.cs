using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Suppresses redundant log messages. The SDK logs each request that ends with an error as a server failure, with the
/// requested name or URI. Errors already returned to the client are not server failures, and may contain personal data. The
/// same holds for disconnected clients and for unknown methods, whose names can be any text.
/// </summary>
internal sealed class AnsweredErrorsUnlogged : ILoggerFactory
{
    private const string Sdk = "ModelContextProtocol";

    /// <summary>The name of the SDK's event.</summary>
    private const string UnknownMethod = "LogNoHandlerFoundForRequest";

    private readonly ILoggerFactory _inner;

    private AnsweredErrorsUnlogged(ILoggerFactory inner) => _inner = inner;

    /// <summary>Wraps a factory, and owns no resources.</summary>
    public static ILoggerFactory Over(ILoggerFactory inner) => new AnsweredErrorsUnlogged(inner);

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith(Sdk, StringComparison.Ordinal)
            ? new Logger(_inner.CreateLogger(categoryName))
            : _inner.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => _inner.AddProvider(provider);

    public void Dispose()
    {
        // The container disposes of the inner factory.
    }

    private static bool IsAnswered(EventId eventId, Exception? exception) =>
        exception is McpProtocolException or OperationCanceledException || eventId.Name == UnknownMethod;

    private sealed class Logger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsAnswered(eventId, exception))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}

internal static class AnsweredErrors
{
    /// <summary>Removes them from this program's log.</summary>
    public static void LeaveAnsweredErrorsUnlogged(this IServiceCollection services)
    {
        services.AddSingleton<LoggerFactory>();
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider =>
            AnsweredErrorsUnlogged.Over(provider.GetRequiredService<LoggerFactory>())));
    }
}
