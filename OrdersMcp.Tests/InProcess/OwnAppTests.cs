using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.InProcess;

/// <summary>The settings of an app of its own, and the other APIs that it serves.</summary>
[Trait("Category", "Unit")]
public sealed class OwnAppTests
{
    [Fact]
    public void Log_of_the_app_stays()
    {
        using var log = new CapturedLog();
        using var factory = new SingleLog(log);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<ILoggerFactory>(factory);
        services.AddOpenApiTools();
        using var provider = services.BuildServiceProvider();

        var loggers = provider.GetRequiredService<ILoggerFactory>();
        loggers.CreateLogger("Shop").LogError("of the app");
        loggers.CreateLogger("ModelContextProtocol.Server").LogError(new OperationCanceledException(), "of an answered error");

        Assert.Equal("of the app ", Assert.Single(log.Lines));
    }

    [Fact]
    public void Log_that_the_container_made_is_disposed_of_with_it()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory, DisposedLog>();
        services.AddOpenApiTools();
        DisposedLog.Count = 0;

        using (var provider = services.BuildServiceProvider())
        {
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shop");
        }

        Assert.Equal(1, DisposedLog.Count);
    }

    private sealed class SingleLog(CapturedLog log) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }

    private sealed class DisposedLog : ILoggerFactory
    {
        public static int Count { get; set; }

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

        public void Dispose() => Count++;
    }
}
