using System.Net;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using Npgsql;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;
using OrdersMcp.Tests.McpServer.Capabilities;
using OrdersMcp.Tests.McpServer.Confirmation;

namespace OrdersMcp.Tests.Replicas;

/// <summary>What begins on one replica goes on at any other, in both protocol eras.</summary>
[Collection(SharedReplicas.Name)]
[Trait("Category", "Stack")]
public sealed class ReplicaTests(ReplicaSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly JsonObject Tasks = new() { ["extensions"] = new JsonObject { ["io.modelcontextprotocol/tasks"] = new JsonObject() } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Eras => [.. ReplicaMessages.Eras];

    [Fact]
    public async Task Confirmation_that_one_replica_asks_for_is_carried_out_by_another()
    {
        var id = await ReplicaMessages.PlaceOrderAsync(system.Endpoint, Messages.Version);
        var arguments = new JsonObject { ["orderId"] = id, ["reason"] = "Ordered twice." };

        var asked = await CallAsync("cancel_order", arguments);
        var done = await CallAsync("cancel_order", arguments, new JsonObject
        {
            ["requestState"] = asked.Done["requestState"]!.ToString(),
            ["inputResponses"] = new JsonObject { ["confirm"] = ToolCalls.Yes.DeepClone() },
        });

        Assert.Equal("cancelled", done.Done["structuredContent"]!["status"]!.ToString());
        Assert.NotEqual(asked.Replica, done.Replica);
        Assert.Equal(1, await CancellationsAsync(id));
    }

    [Fact]
    public async Task Client_of_the_handshake_era_confirms_by_the_argument_at_another_replica()
    {
        var id = await ReplicaMessages.PlaceOrderAsync(system.Endpoint, HandshakeClient.Version);
        var arguments = new JsonObject { ["orderId"] = id, ["reason"] = "Ordered twice." };

        var asked = await ReplicaMessages.CallAsync(system.Endpoint, HandshakeClient.Version, "cancel_order", arguments);
        Assert.Contains("confirmOrderId", asked.ErrorText, StringComparison.Ordinal);
        arguments["confirmOrderId"] = id;
        var done = await ReplicaMessages.CallAsync(system.Endpoint, HandshakeClient.Version, "cancel_order", arguments);

        Assert.Equal("cancelled", done.Done["structuredContent"]!["status"]!.ToString());
        Assert.NotEqual(asked.Replica, done.Replica);
        Assert.Equal(1, await CancellationsAsync(id));
    }

    [Fact]
    public async Task Task_is_read_and_cancelled_at_other_replicas()
    {
        await using var holder = new NpgsqlConnection($"{system.ConnectionString};Pooling=false");
        await holder.OpenAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", holder))
        {
            await hold.ExecuteNonQueryAsync(Cancellation); // the export waits
        }

        var started = await CallAsync("export_orders", [], capabilities: Tasks);
        var id = started.Done["taskId"]!.ToString();
        var working = await TaskAsync("tasks/get", id);
        var cancelled = await TaskAsync("tasks/cancel", id);
        var ended = await TaskAsync("tasks/get", id);

        Assert.Equal("working", working.Done["status"]!.ToString());
        Assert.Equal("cancelled", ended.Done["status"]!.ToString());
        Assert.Equal(4, new[] { started, working, cancelled, ended }.Select(answer => answer.Replica).Distinct().Count());
    }

    [Fact]
    public async Task Task_ends_for_the_readers_of_every_replica()
    {
        var id = (await CallAsync("export_orders", [], capabilities: Tasks)).Done["taskId"]!.ToString();
        await Until.TrueAsync(
            async () => (await TaskAsync("tasks/get", id)).Done["status"]!.ToString() == "completed", Patience, () => "The task does not end.");

        var answers = new List<ReplicaAnswer>();
        for (var i = 0; i < ReplicaSystem.McpServers; i++)
        {
            answers.Add(await TaskAsync("tasks/get", id));
        }

        Assert.All(answers, answer => Assert.Equal("succeeded", answer.Done["result"]!["structuredContent"]!["status"]!.ToString()));
        Assert.Equal(ReplicaSystem.McpServers, answers.Select(answer => answer.Replica).Distinct().Count());
    }

    [Fact]
    public async Task Change_reaches_the_streams_of_every_replica()
    {
        var id = await ReplicaMessages.PlaceOrderAsync(system.Endpoint, Messages.Version);
        var before = system.Balancer.Served.Count;
        var streams = new List<ListenClient>();
        for (var i = 0; i < ReplicaSystem.McpServers; i++)
        {
            streams.Add(await ListenClient.OpenAsync(system.Endpoint, $"orders://orders/{id}"));
            await streams[^1].NextAsync(); // the acknowledgement
        }

        await NoteAsync(id);

        foreach (var stream in streams)
        {
            Assert.Equal($"orders://orders/{id}", await stream.NextUpdateAsync());
            stream.Dispose();
        }

        Assert.Equal(ReplicaSystem.McpServers, system.Balancer.Served.Skip(before).Take(ReplicaSystem.McpServers).Distinct().Count());
    }

    [Fact]
    public async Task Session_that_is_routed_stays_and_hears_of_writes_of_every_replica()
    {
        var id = await ReplicaMessages.PlaceOrderAsync(system.Endpoint, Messages.Version);
        await using var client = await ConnectAsync(system.SessionEndpoint);
        var updated = new SemaphoreSlim(0);
        await using var watch = await client.SubscribeToResourceAsync(new Uri($"orders://orders/{id}"), (_, _) =>
        {
            updated.Release();
            return ValueTask.CompletedTask;
        }, cancellationToken: Cancellation);

        for (var i = 0; i < ReplicaSystem.McpServers; i++)
        {
            await NoteAsync(id);
            Assert.True(await updated.WaitAsync(Patience, Cancellation));
            Assert.NotEmpty(await client.ListToolsAsync(cancellationToken: Cancellation));
        }
    }

    [Fact]
    public async Task Session_that_is_not_routed_is_refused_with_the_error_that_makes_a_client_begin_anew()
    {
        var opened = await ReplicaMessages.InitializeAsync(system.Endpoint);

        var refused = await ReplicaMessages.SendAsync(
            system.Endpoint, HandshakeClient.Version, "tools/list", name: null, [], session: opened.Session);

        Assert.NotEqual(opened.Replica, refused.Replica);
        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.Equal(-32001, (int)refused.Body["error"]!["code"]!);
    }

    [Fact]
    public async Task Client_of_the_handshake_era_needs_no_routing_where_there_are_no_sessions()
    {
        await using var one = McpApplication.Start(system.ApiAddress, ("Mcp:Sessions:Max", "0"));
        await using var other = McpApplication.Start(system.ApiAddress, ("Mcp:Sessions:Max", "0"));
        await one.WaitForHealthAsync("Healthy");
        await other.WaitForHealthAsync("Healthy");
        await using var balancer = await RoundRobinProxy.StartAsync([one.Endpoint, other.Endpoint]);
        await using var client = await ConnectAsync(new Uri(balancer.Address, "/mcp"));

        for (var i = 0; i < 4; i++)
        {
            var order = await client.CallToolAsync("get_order", new Dictionary<string, object?> { ["orderId"] = 1 }, cancellationToken: Cancellation);
            Assert.NotEqual(true, order.IsError);
        }

        Assert.Equal([0, 1], balancer.Served.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task Key_that_reaches_all_replicas_at_once_places_one_order(string era)
    {
        var (key, last) = (Guid.NewGuid().ToString("N"), await system.QueryAsync<long>("SELECT max(id) FROM orders"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 2 * ReplicaSystem.McpServers).Select(_ =>
            ReplicaMessages.CallAsync(system.Endpoint, era, "create_order", ReplicaMessages.NewOrder(key))));

        var placed = answers.Where(answer => (bool?)answer.Body["result"]?["isError"] is not true)
            .Select(answer => (long)answer.Done["structuredContent"]!["id"]!).Distinct();
        Assert.Equal(await system.QueryAsync<long>("SELECT max(id) FROM orders WHERE id > $1", last), Assert.Single(placed));
        Assert.Equal(1, await system.QueryAsync<long>("SELECT count(*) FROM orders WHERE id > $1", last));
        Assert.All(
            answers.Where(answer => (bool?)answer.Body["result"]?["isError"] is true),
            answer => Assert.Contains("request-in-progress", answer.ErrorText, StringComparison.Ordinal));
        Assert.Equal(ReplicaSystem.McpServers, answers.Select(answer => answer.Replica).Distinct().Count());
    }

    private static async Task<McpClient> ConnectAsync(Uri endpoint) => await McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = endpoint, TransportMode = HttpTransportMode.StreamableHttp }),
        new McpClientOptions { ProtocolVersion = HandshakeClient.Version },
        cancellationToken: Cancellation);

    private Task<ReplicaAnswer> CallAsync(string tool, JsonObject arguments, JsonObject? more = null, JsonObject? capabilities = null) =>
        ReplicaMessages.CallAsync(system.Endpoint, Messages.Version, tool, arguments, capabilities ?? ToolCalls.CanAsk, more);

    private Task<ReplicaAnswer> TaskAsync(string method, string id) => ReplicaMessages.SendAsync(
        system.Endpoint, Messages.Version, method, id, new JsonObject { ["taskId"] = id }, Tasks);

    private async Task NoteAsync(long id)
    {
        var noted = await CallAsync("add_order_note", new JsonObject { ["orderId"] = id, ["note"] = "Replicas." });
        Assert.NotNull(noted.Done);
    }

    private Task<long> CancellationsAsync(long id) =>
        system.QueryAsync<long>("SELECT count(*) FROM order_events WHERE order_id = $1 AND to_status = 'cancelled'", id);
}
