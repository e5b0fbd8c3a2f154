using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Replicas;

/// <summary>
/// Clients that read and write until the end. A write is repeated with its key until its outcome is known. Both protocol eras
/// take turns.
/// </summary>
internal sealed class ReplicaLoad(Uri endpoint)
{
    public const int Clients = 8;

    private readonly TaskCompletionSource _failed = new();

    private int _era;
    private int _writes;

    /// <summary>The placed orders.</summary>
    public ConcurrentQueue<long> Orders { get; } = new();

    /// <summary>The texts of the added notes.</summary>
    public ConcurrentQueue<string> Notes { get; } = new();

    /// <summary>The traces of the calls that confirmed a write.</summary>
    public ConcurrentQueue<string> Traces { get; } = new();

    /// <summary>The status of each read that failed, and what it said.</summary>
    public ConcurrentQueue<(HttpStatusCode Status, string Text)> FailedReads { get; } = new();

    /// <summary>Answers to writes that no repetition will change.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    public Task RunAsync(CancellationToken end) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(() => RunAsync(new Random(number), end), CancellationToken.None)));

    /// <summary>Waits until so many more writes are confirmed.</summary>
    public async Task MoreWritesAsync(int count)
    {
        var goal = Volatile.Read(ref _writes) + count;
        await Until.TrueAsync(
            () => Volatile.Read(ref _writes) >= goal || _failed.Task.IsCompleted,
            () => $"Only {_writes} of {goal} writes were confirmed. Refused: {string.Join("; ", Refusals)}",
            TimeSpan.FromMinutes(2));
        if (_failed.Task.IsCompleted)
        {
            await _failed.Task; // a client must not end by itself
        }
    }

    private async Task RunAsync(Random random, CancellationToken end)
    {
        try
        {
            while (!end.IsCancellationRequested)
            {
                await (random.Next(2) == 0 ? ReadAsync(random.Next(1, 17)) : PlaceAsync());
            }
        }
        catch (Exception exception)
        {
            _failed.TrySetException(exception);
            throw;
        }
    }

    private async Task PlaceAsync()
    {
        var key = Guid.NewGuid().ToString("N");
        if (await WriteAsync("create_order", ReplicaMessages.NewOrder(key)) is { } order)
        {
            Orders.Enqueue((long)order["id"]!);
            var note = new JsonObject { ["orderId"] = (long)order["id"]!, ["note"] = key, ["idempotencyKey"] = $"{key}-note" };
            if (await WriteAsync("add_order_note", note) is not null)
            {
                Notes.Enqueue(key);
            }
        }
    }

    private async Task ReadAsync(int order)
    {
        var answer = await CallAsync("get_order", new JsonObject { ["orderId"] = order });
        if (answer.Body["result"] is not { } result || (bool?)result["isError"] is true)
        {
            FailedReads.Enqueue((answer.Status, answer.Body.ToJsonString()));
        }
    }

    /// <returns>The result; null if it is refused.</returns>
    private async Task<JsonNode?> WriteAsync(string tool, JsonObject arguments)
    {
        while (true)
        {
            var trace = ActivityTraceId.CreateRandom().ToString();
            var answer = await CallAsync(tool, arguments, trace);
            if (answer.Body["result"] is { } result && (bool?)result["isError"] is not true)
            {
                Traces.Enqueue(trace);
                Interlocked.Increment(ref _writes);
                return result["structuredContent"]!;
            }

            if (!MayBeRepeated(answer))
            {
                Refusals.Enqueue(answer.Body.ToJsonString());
                return null;
            }
        }
    }

    private async Task<ReplicaAnswer> CallAsync(string tool, JsonObject arguments, string? trace = null)
    {
        try
        {
            return await ReplicaMessages.CallAsync(endpoint, NextEra(), tool, arguments, trace: trace);
        }
        catch (HttpRequestException)
        {
            return new ReplicaAnswer(HttpStatusCode.BadGateway, -1, Session: null, []); // the replica died while it answered
        }
    }

    private static bool MayBeRepeated(ReplicaAnswer answer)
    {
        if (answer.Body["result"] is null)
        {
            return answer.Status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests;
        }

        var problem = JsonNode.Parse(answer.ErrorText)!;
        return (int?)problem["status"] is >= 500 or 429 || answer.ErrorText.Contains("request-in-progress", StringComparison.Ordinal);
    }

    private string NextEra() => ReplicaMessages.Eras[Interlocked.Increment(ref _era) % ReplicaMessages.Eras.Length];
}
