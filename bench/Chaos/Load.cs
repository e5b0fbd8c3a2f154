using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OrdersMcp.Chaos;

/// <summary>Clients that read and write until they are told to stop; each write is repeated with its key until its end is known.</summary>
internal sealed class Load(ChaosSystem system, Ledger ledger, int seed)
{
    private const int Clients = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Skus = ["CAB-UC", "CAM-HD", "HDP-NC", "KEY-ME", "MOU-WL", "SSD-2T"];

    private readonly ConcurrentQueue<long> _orders = new();

    public async Task RunAsync(CancellationToken stop, CancellationToken cancellation)
    {
        using var client = new Client(system);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            var random = new Random(seed + number);
            while (!stop.IsCancellationRequested)
            {
                await (random.Next(100) switch
                {
                    < 25 => CreateAsync(client, random, cancellation),
                    < 35 => CancelAsync(client, cancellation),
                    < 45 => NoteAsync(client, cancellation),
                    < 75 => ReadAsync(client, "get_order", new JsonObject { ["orderId"] = random.Next(1, 17) }, cancellation),
                    < 85 => ReadAsync(client, "list_orders", new JsonObject { ["status"] = "pending", ["limit"] = 5 }, cancellation),
                    < 95 => ReadAsync(client, "search_products", new JsonObject { ["q"] = "laptop" }, cancellation),
                    _ => ReadAsync(client, "get_order_statistics", [], cancellation),
                });
            }
        }));
    }

    private async Task ReadAsync(Client client, string tool, JsonObject arguments, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var reply = await client.CallAsync(tool, arguments, NewTrace(), cancellation);
        ledger.Read();
        if (reply.Ending != Ending.Done)
        {
            ledger.Failures.Enqueue(new FailedCall(tool, reply.Text, began, Stopwatch.GetTimestamp()));
        }
    }

    private async Task CreateAsync(Client client, Random random, CancellationToken cancellation)
    {
        var (sku, quantity) = (Skus[random.Next(Skus.Length)], random.Next(1, 4));
        var id = await WriteAsync(WriteKind.Create, "create_order", orderId: null, (key, trace) => client.CallAsync(
            "create_order",
            new JsonObject
            {
                ["customerId"] = 1234,
                ["lines"] = new JsonArray(new JsonObject { ["sku"] = sku, ["quantity"] = quantity }),
                ["idempotencyKey"] = key,
            },
            trace, cancellation), isAudited: true, cancellation);
        if (id is { } created)
        {
            _orders.Enqueue(created);
        }
    }

    private async Task CancelAsync(Client client, CancellationToken cancellation)
    {
        if (_orders.TryDequeue(out var id))
        {
            await WriteAsync(WriteKind.Cancel, "cancellation", id, (key, _) => client.CancelAsync(id, key, cancellation), isAudited: false, cancellation);
        }
    }

    private async Task NoteAsync(Client client, CancellationToken cancellation)
    {
        if (_orders.TryPeek(out var id))
        {
            await WriteAsync(WriteKind.Note, "add_order_note", id, (key, trace) => client.CallAsync(
                "add_order_note", new JsonObject { ["orderId"] = id, ["note"] = key, ["idempotencyKey"] = key }, trace, cancellation), isAudited: true, cancellation);
        }
    }

    /// <summary>Repeats a write until its end is known.</summary>
    /// <returns>The order, if it was done.</returns>
    private async Task<long?> WriteAsync(
        WriteKind kind, string name, long? orderId, Func<string, string, Task<Reply>> send, bool isAudited, CancellationToken cancellation)
    {
        var key = Guid.NewGuid().ToString("N");
        var (began, isFirst) = (Stopwatch.GetTimestamp(), true);
        while (true)
        {
            var (sent, trace) = (Stopwatch.GetTimestamp(), NewTrace());
            ledger.Attempt();
            var reply = await send(key, trace);
            if (reply.Ending == Ending.Done)
            {
                var id = orderId ?? reply.Result.GetProperty("structuredContent").GetProperty("id").GetInt64();
                ledger.Writes.Enqueue(new DoneWrite(kind, key, id, isAudited ? trace : null));
                return id;
            }

            if (reply.Ending == Ending.Refused)
            {
                ledger.Refuse();
                return null;
            }

            if (isFirst)
            {
                ledger.Failures.Enqueue(new FailedCall(name, reply.Text, sent, Stopwatch.GetTimestamp()));
                isFirst = false;
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                ledger.Unresolved.Enqueue($"{name} {key}: {reply.Text}");
                return null;
            }

            await Task.Delay(Between, cancellation);
        }
    }

    private static string NewTrace() => ActivityTraceId.CreateRandom().ToString();
}
