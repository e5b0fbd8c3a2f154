using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace OrdersMcp.McpServer.Limits;

/// <summary>
/// The connection to the store. A store that does not answer costs a few requests the time-out, and then none: it counts as
/// away until a question that no request waits for is answered.
/// </summary>
internal sealed partial class LimitStore(
    IOptions<LimitStoreOptions> options, LimitStoreMetrics metrics, TimeProvider time, ILogger<LimitStore> logger)
    : IHostedService, IAsyncDisposable
{
    /// <summary>The first part of all keys, for which a user of the store needs rights.</summary>
    public const string Prefix = "ordersmcp:";

    /// <summary>A single late answer is no outage: the process itself may have paused.</summary>
    private const int FailuresOfAnOutage = 3;

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _timeout = options.Value.Timeout;

    /// <summary>
    /// Never disposed, as in <see cref="BackgroundService"/>: a test host can be disposed before it is stopped, and without a
    /// timer a source holds nothing.
    /// </summary>
    private readonly CancellationTokenSource _stopping = new();

    private ConnectionMultiplexer? _connection;
    private Task _return = Task.CompletedTask;
    private int _failures;
    private bool _isAway;
    private bool _isDisposed;

    /// <summary>Whether the store counts as away, so that it is not asked.</summary>
    public bool IsAway => Volatile.Read(ref _isAway);

    /// <summary>Connects. A store that is away does not prevent the start.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.IsOn)
        {
            return;
        }

        metrics.Observe(this);
        var configuration = ConfigurationOptions.Parse(options.Value.ConnectionString);
        configuration.AbortOnConnectFail = false;
        configuration.ConnectRetry = 1;
        configuration.ConnectTimeout = Math.Min(configuration.ConnectTimeout, (int)LongestConnect.TotalMilliseconds);
        configuration.ReconnectRetryPolicy = new LinearRetry((int)AskAgain.TotalMilliseconds);
        configuration.BacklogPolicy = BacklogPolicy.FailFast; // a request does not wait for a connection
        configuration.ConfigurationChannel = ""; // no subscription: the store needs rights for keys only
        configuration.TieBreaker = "";
        _connection = await ConnectionMultiplexer.ConnectAsync(configuration);
        if (!_connection.IsConnected)
        {
            Leave("connection");
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _return;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return; // the container disposes a hosted service with its own registration twice
        }

        await _stopping.CancelAsync();
        await _return;
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    /// <summary>Asks the store.</summary>
    /// <param name="command">The name of the command, for telemetry.</param>
    /// <param name="ask">Sends the command.</param>
    /// <returns>Null if the store is away or does not answer in time.</returns>
    public async ValueTask<T?> AskAsync<T>(string command, Func<IDatabase, Task<T>> ask)
        where T : struct
    {
        if (IsAway)
        {
            return null;
        }

        var (answer, failure) = await TryAsync(command, ask);
        if (failure is null)
        {
            if (Volatile.Read(ref _failures) != 0)
            {
                Volatile.Write(ref _failures, 0);
            }
        }
        else if (Interlocked.Increment(ref _failures) >= FailuresOfAnOutage)
        {
            Leave(failure);
        }

        return answer;
    }

    private async ValueTask<(T? Answer, string? Failure)> TryAsync<T>(string command, Func<IDatabase, Task<T>> ask)
        where T : struct
    {
        if (_connection is null)
        {
            return (null, "connection");
        }

        var start = time.GetTimestamp();
        T? answer = null;
        string? failure = null;
        try
        {
            answer = await ask(_connection.GetDatabase()).WaitAsync(_timeout);
        }
        catch (Exception exception) when (exception is TimeoutException or RedisException or ObjectDisposedException)
        {
            failure = Kind(exception);
        }

        metrics.Asked(command, time.GetElapsedTime(start), failure);
        return (answer, failure);
    }

    /// <summary>The kind of a failure, from a small set: messages can contain addresses and text of the store.</summary>
    private static string Kind(Exception exception) => exception switch
    {
        TimeoutException => "timeout",
        RedisServerException => "refused",
        _ => "connection",
    };

    private void Leave(string failure)
    {
        if (Interlocked.Exchange(ref _isAway, true))
        {
            return;
        }

        LogAway(failure, options.Value.WhenAway == StoreAbsence.Closed ? "requests are refused" : "each replica counts for itself");
        _return = ReturnAsync(time.GetTimestamp());
    }

    /// <summary>Asks until the store answers. It must write: a store that is full or read-only still answers a PING.</summary>
    private async Task ReturnAsync(long since)
    {
        using var timer = new PeriodicTimer(AskAgain);
        try
        {
            do
            {
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
            while ((await TryAsync("probe", ProbeAsync)).Failure is not null);
        }
        catch (OperationCanceledException)
        {
            return; // the server stops
        }

        Volatile.Write(ref _failures, 0);
        Volatile.Write(ref _isAway, false);
        LogBack((long)time.GetElapsedTime(since).TotalSeconds);
    }

    /// <summary>A harmless write.</summary>
    public static Task<bool> ProbeAsync(IDatabase database) => database.StringSetAsync(Prefix + "probe", 1, AskAgain);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store of the shared limits is away ({Failure}): {Effect} until it is back")]
    private partial void LogAway(string failure, string effect);

    [LoggerMessage(Level = LogLevel.Information, Message = "The store of the shared limits is back after {Seconds} s")]
    private partial void LogBack(long seconds);
}
