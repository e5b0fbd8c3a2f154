using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>What the log says while the database or the client is at fault: a line for each request, without stack traces.</summary>
[Trait("Category", "Postgres")]
public sealed class OutageLogTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outage_of_the_database_is_one_line_for_each_request()
    {
        await using var server = await PostgresServer.CreateAsync();
        await server.StartAsync();
        await using var plain = new ApiFactory(await server.CreateDatabaseAsync("ordersdb"));
        var log = new KeptLines();
        await using var api = plain.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton<ILoggerProvider>(log)));
        using var client = api.CreateClient();
        await Until.TrueAsync(
            async () => (await client.GetAsync(new Uri("/health", UriKind.Relative), Cancellation)).IsSuccessStatusCode,
            TimeSpan.FromSeconds(30), () => "The API does not get ready.");
        await server.StopAsync();
        log.Clear();

        await client.AskAsync("/orders/1");
        await client.AskAsync("/orders");
        await client.AskAsync("/statistics/orders");
        await client.WriteAsync("/orders", new { customerId = 1234, lines = new[] { new { sku = "CAB-UC", quantity = 1 } } });

        Assert.Equal(4, log.Lines.Count(line => line.Contains("The database is unavailable", StringComparison.Ordinal)));
        Assert.DoesNotContain(log.Lines, line => line.Contains("   at ", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("EntityFrameworkCore", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Body_that_ends_early_is_no_failure_of_the_API()
    {
        await using var plain = new ApiFactory(await postgres.CreateDatabaseAsync());
        var log = new KeptLines();
        await using var api = plain.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton<ILoggerProvider>(log)));
        api.UseKestrel();
        api.StartServer();
        var address = api.ClientOptions.BaseAddress;
        await plain.IsReadyAsync(Cancellation);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(address.Host, address.Port, Cancellation);
            var stream = socket.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes("POST /orders HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"customerId\":"), Cancellation);
            socket.Client.Shutdown(SocketShutdown.Send);
            using var answer = new StreamReader(stream);
            await answer.ReadToEndAsync(Cancellation);
        }

        await api.DisposeAsync(); // once the request has ended
        Assert.DoesNotContain(log.Lines, line => line.Contains("unhandled", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(log.Lines, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    /// <summary>The lines that the service's own filters let through.</summary>
    private sealed class KeptLines : ILoggerProvider
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public void Clear() => _lines.Clear();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

        public void Dispose()
        {
            // There is nothing to end.
        }

        private sealed class Logger(string category, System.Collections.Concurrent.ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{logLevel} {category}: {formatter(state, exception)} {exception}"));
        }
    }
}
