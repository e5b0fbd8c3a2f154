using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Chaos;

/// <summary>Something that goes wrong, and is over when its task is.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="MayFail">Whether calls may fail meanwhile. A fault of one caller or one row must harm nobody.</param>
/// <param name="MakeAsync">Makes it, and ends when the system is ready again.</param>
internal sealed record Fault(string Name, bool MayFail, Func<CancellationToken, Task> MakeAsync)
{
    private const int Writers = 12;
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(4);

    public static IReadOnlyList<Fault> All(ChaosSystem system) =>
    [
        new("kill -9 PostgreSQL", MayFail: true, async cancellation =>
        {
            await system.Postgres.KillAsync();
            await Task.Delay(Down, cancellation);
            await system.Postgres.StartAsync();
        }),
        new("kill -9 the API", MayFail: true, async cancellation =>
        {
            await system.KillApiAsync();
            await Task.Delay(Down, cancellation);
            await system.StartApiAsync(cancellation);
        }),
        .. Enumerable.Range(0, system.Mcp.Count).Select(replica => new Fault($"kill -9 MCP server {replica + 1}", MayFail: true, async cancellation =>
        {
            await system.KillMcpAsync(replica);
            await Task.Delay(Down, cancellation);
            await system.StartMcpAsync(replica, cancellation);
        })),
        new("stop PostgreSQL (SIGSTOP)", MayFail: true, cancellation => StopAsync(system.Postgres.Pids(), cancellation)),
        new("stop the API (SIGSTOP)", MayFail: true, cancellation => StopAsync([system.ApiPid], cancellation)),
        new("stop an MCP server (SIGSTOP)", MayFail: true, cancellation => StopAsync([system.McpPid(0)], cancellation)),
        new("500 idle connections", MayFail: false, cancellation => IdleAsync(system, 500, cancellation)),
        new("50 slow readers", MayFail: false, cancellation => ReadSlowlyAsync(system, 50, cancellation)),
        new("a locked row that 12 writers want", MayFail: false, cancellation => LockAsync(system, cancellation)),
        .. system.Disk is { } disk
            ? [new Fault("full disk of PostgreSQL", MayFail: true, async cancellation =>
            {
                disk.Fill();
                await Task.Delay(Pause, cancellation);
                disk.Free();
                // It may have ended itself: it cannot go on without its log.
                await system.Postgres.ReviveAsync();
            })]
            : Array.Empty<Fault>(),
    ];

    private static async Task StopAsync(IReadOnlyList<int> pids, CancellationToken cancellation)
    {
        await SignalAsync("-STOP", pids);
        try
        {
            await Task.Delay(Pause, cancellation);
        }
        finally
        {
            await SignalAsync("-CONT", pids);
        }
    }

    private static async Task SignalAsync(string signal, IReadOnlyList<int> pids) => await ProgramRun.RunAsync(
        new ProcessStartInfo("kill", [signal, .. pids.Select(pid => pid.ToString(CultureInfo.InvariantCulture))]), TimeSpan.FromSeconds(10));

    private static async Task IdleAsync(ChaosSystem system, int count, CancellationToken cancellation)
    {
        var clients = new List<TcpClient>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var client = new TcpClient();
                clients.Add(client);
                var target = i % 2 == 0 ? system.Api : system.Mcp[i % system.Mcp.Count];
                await client.ConnectAsync(target.Host, target.Port, cancellation);
            }

            await Task.Delay(Hold, cancellation);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Each asks for all tools, and takes a few bytes of the answer now and then.</summary>
    private static async Task ReadSlowlyAsync(ChaosSystem system, int count, CancellationToken cancellation) => await Task.WhenAll(
        Enumerable.Range(0, count).Select(async number =>
        {
            var target = system.Mcp[number % system.Mcp.Count];
            using var client = new TcpClient { ReceiveBufferSize = 1024 };
            await client.ConnectAsync(target.Host, target.Port, cancellation);
            const string Body =
                """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";
            var stream = client.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(string.Create(
                    CultureInfo.InvariantCulture,
                    $"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\nContent-Length: {Body.Length}\r\n\r\n{Body}")),
                cancellation);
            var few = new byte[16];
            for (var i = 0; i < 20; i++)
            {
                _ = await stream.ReadAtLeastAsync(few, 1, throwOnEndOfStream: false, cancellation);
                await Task.Delay(Hold / 20, cancellation);
            }
        }));

    private static async Task LockAsync(ChaosSystem system, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create($"{system.ConnectionString};Pooling=false");
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var command = new NpgsqlCommand("SELECT FROM orders WHERE id = 2 FOR UPDATE", connection, transaction))
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }

        using var http = new HttpClient { BaseAddress = system.Api };
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        over.CancelAfter(Hold);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            while (!over.IsCancellationRequested)
            {
                using var content = new StringContent("""{"note":"It waits for the row."}""", Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(new Uri("/orders/2/notes", UriKind.Relative), content, cancellation);
            }
        }));
    }
}
