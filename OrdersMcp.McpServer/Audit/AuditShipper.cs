using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Operations.Requests;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.McpServer.Audit;

/// <summary>
/// Sends the records of the journal to the API in batches, and retries without end. If the answer to a batch is lost, it
/// sends the batch again: the API stores each id only once.
/// </summary>
internal sealed partial class AuditShipper(
    AuditJournal journal, AuditMetrics metrics, ApiClients clients, IOptions<AuditOptions> options, IOptions<McpOptions> apis, TimeProvider time, ILogger<AuditShipper> logger)
    : BackgroundService
{
    private const int MostRecords = 100;
    private const int MostBytes = 80 * 1024; // below the threshold of the large object heap
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(3);

    private readonly string _path = options.Value.Path;
    private readonly Lock _stopping = new();
    private ApiEndpoint? _api;
    private string? _problem;
    private Task? _goodbye;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Api is not { Length: > 0 } name)
        {
            LogOff();
            return Task.CompletedTask;
        }

        try
        {
            _api = clients.For(apis.Value.Apis.First(api => api.Name == name), serverUrl: null);
        }
        catch (ApiDocumentException exception)
        {
            throw new InvalidOperationException(
                $"The API '{name}' is configured to store the records of tool calls. {exception.Message} "
                + $"Set BaseAddress of that API, or {AuditOptions.Section}:{nameof(AuditOptions.Api)} to an empty text for no audit.", exception);
        }

        journal.Open();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_api is null)
        {
            return;
        }

        // Two callers can stop a host at the same time. Each disposes it when done, including the services that the
        // delivery needs.
        Task goodbye;
        lock (_stopping)
        {
            goodbye = _goodbye ??= SayGoodbyeAsync(cancellationToken);
        }

        await goodbye;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Deliveries belong to no request. Their traces would hide the relevant ones.
        using var untraced = SuppressInstrumentationScope.Begin();
        var retry = FirstRetry;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await TryShipAsync(stoppingToken))
                {
                    retry = FirstRetry;
                    await journal.WaitAsync(LongestRetry, stoppingToken);
                    await Task.Delay(options.Value.ShipInterval, time, stoppingToken);
                }
                else
                {
                    await Task.Delay(retry, time, stoppingToken);
                    retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Sends the remaining records, usually all. Any rest waits for the next start.</summary>
    private async Task SayGoodbyeAsync(CancellationToken cancellationToken)
    {
        using var goodbye = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        goodbye.CancelAfter(LongestGoodbye);
        using var untraced = SuppressInstrumentationScope.Begin();
        await TryShipAsync(goodbye.Token);
    }

    /// <summary>Sends all waiting records. Returns false if the API does not accept them now.</summary>
    private async Task<bool> TryShipAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (journal.Read(MostRecords, MostBytes) is { Records.Count: > 0 } batch)
            {
                await ShipAsync(batch, cancellationToken);
            }

            if (_problem is not null)
            {
                _problem = null;
                LogAgain();
            }

            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or IOException
            or TimeoutException or TimeoutRejectedException or BrokenCircuitException)
        {
            if (_problem != exception.Message)
            {
                _problem = exception.Message; // log once for each cause
                LogWaiting(options.Value.Api, _problem, journal.Length);
            }

            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ShipAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        var count = batch.Records.Count;
        while (true)
        {
            var status = await SendAsync(batch, count, cancellationToken);
            if ((int)status is >= 200 and < 300)
            {
                journal.Confirm(batch, count);
                metrics.Shipped(count);
                return;
            }

            if (status is not (HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity))
            {
                throw new HttpRequestException($"It answered {(int)status}.", inner: null, status);
            }

            if (count == 1)
            {
                // The record would block all others forever.
                journal.Confirm(batch, count);
                metrics.Lost("refused");
                LogRefused(options.Value.Api, (int)status, batch.Records[0].Length);
                return;
            }

            count /= 2;
        }
    }

    private async Task<HttpStatusCode> SendAsync(JournalBatch batch, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested(); // after the end of its host, a client fails with other exceptions
        using var request = new HttpRequestMessage(HttpMethod.Post, _api!.BaseAddress + _path) { Content = new ByteArrayContent(BodyOf(batch, count)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _api.SendAsync(request, cancellationToken);
        return response.StatusCode;
    }

    private static byte[] BodyOf(JournalBatch batch, int count)
    {
        var start = "{\"records\":["u8;
        var end = "]}"u8;
        var records = batch.Records.Take(count);
        var body = new byte[start.Length + records.Sum(record => record.Length + 1) - 1 + end.Length];
        start.CopyTo(body);
        var at = start.Length;
        foreach (var record in records)
        {
            record.Span.CopyTo(body.AsSpan(at));
            at += record.Length;
            body[at++] = (byte)',';
        }

        end.CopyTo(body.AsSpan(at - 1)); // replaces the last comma
        return body;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tool calls are not audited: the setting Audit:Api does not name one of the APIs")]
    private partial void LogOff();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The API {Api} does not accept records of tool calls now: {Problem} {Bytes} bytes wait in the journal")]
    private partial void LogWaiting(string api, string problem, long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The API accepts records of tool calls again")]
    private partial void LogAgain();

    [LoggerMessage(Level = LogLevel.Error, Message = "The API {Api} refused a record of a tool call with status {Status} ({Bytes} bytes); it is lost")]
    private partial void LogRefused(string api, int status, int bytes);
}
