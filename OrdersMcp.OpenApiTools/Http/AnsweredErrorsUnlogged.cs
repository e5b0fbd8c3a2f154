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
    private readonly bool _isOwned;

    private AnsweredErrorsUnlogged(ILoggerFactory inner, bool isOwned) => (_inner, _isOwned) = (inner, isOwned);

    /// <summary>Wraps a factory.</summary>
    /// <param name="inner">The factory.</param>
    /// <param name="isOwned">Whether nobody else disposes of it.</param>
    public static ILoggerFactory Over(ILoggerFactory inner, bool isOwned = false) => new AnsweredErrorsUnlogged(inner, isOwned);

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith(Sdk, StringComparison.Ordinal)
            ? new Logger(_inner.CreateLogger(categoryName))
            : _inner.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => _inner.AddProvider(provider);

    public void Dispose()
    {
        if (_isOwned)
        {
            _inner.Dispose();
        }
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
    /// <summary>Removes them from this program's log, whichever library writes it: the factory that is registered is wrapped.</summary>
    public static void LeaveAnsweredErrorsUnlogged(this IServiceCollection services)
    {
        services.AddLogging();
        var factory = services.Last(service => service.ServiceType == typeof(ILoggerFactory) && !service.IsKeyedService);
        services.Remove(factory);
        if (factory.ImplementationType is { } type)
        {
            services.AddSingleton(type);
        }

        services.AddSingleton(provider => AnsweredErrorsUnlogged.Over(
            factory.ImplementationInstance as ILoggerFactory
                ?? (ILoggerFactory)(factory.ImplementationFactory?.Invoke(provider) ?? provider.GetRequiredService(factory.ImplementationType!)),
            isOwned: factory.ImplementationFactory is not null));
    }
}
