using System.Text.Json;
using OrdersMcp.Bench.Load;
using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Bench;

/// <summary>Everything that is compared, running side by side on one database.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>How many different orders are asked for.</summary>
    private const int AskedOrders = 1000;

    private readonly List<IAsyncDisposable> _running = [];
    private readonly List<string> _notes = [];

    private Stage(Workshop workshop, BenchOptions options)
    {
        (Workshop, Options) = (workshop, options);
    }

    public Workshop Workshop { get; }

    public BenchOptions Options { get; }

    public OrdersDatabase Database { get; private set; } = null!;

    public IReadOnlyList<long> OrderIds { get; private set; } = [];

    public int OtlpPort { get; private set; }

    public int OtlpCountPort { get; private set; }

    public Server Api { get; private set; } = null!;

    public Server QuietApi { get; private set; } = null!;

    public Server Mcp { get; private set; } = null!;

    public IReadOnlyList<Contestant> Contestants { get; private set; } = [];

    /// <summary>What a reader of the report should know.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public WatchedProcess Postgres => new("postgres", Database.Pid, WithChildren: true);

    /// <summary>A file with one order as JSON.</summary>
    public string SampleFile => Path.Combine(Workshop.Folder, "order.json");

    public static async Task<Stage> SetUpAsync(Workshop workshop, BenchOptions options, CancellationToken cancellation)
    {
        var stage = new Stage(workshop, options);
        try
        {
            await stage.SetUpAsync(cancellation);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public Contestant? Find(string name) => Contestants.FirstOrDefault(contestant => contestant.Name == name);

    public void Note(string text)
    {
        _notes.Add(text);
        Workshop.Tell($"note: {text}");
    }

    /// <summary>Starts a process that is stopped with the stage.</summary>
    public async Task<Server> StartAsync(
        string name, int port, Launch launch, string health, CancellationToken cancellation, int? healthPort = null)
    {
        var server = await Server.StartAsync(Workshop, name, port, launch, health, healthPort, cancellation: cancellation);
        _running.Add(server);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var each in Enumerable.Reverse(_running))
        {
            await each.DisposeAsync();
        }

        _running.Clear();
    }

    private async Task SetUpAsync(CancellationToken cancellation)
    {
        Database = await OrdersDatabase.CreateAsync(Workshop, Options.Orders, cancellation);
        _running.Add(Database);
        OrderIds = await Database.QueryAsync<long>(
            $"SELECT id FROM orders WHERE id % {Math.Max(1, Options.Orders / (AskedOrders * 2))} = 0 ORDER BY md5(id::text) LIMIT {AskedOrders}", cancellation);
        await StartOwnAsync(cancellation);
        var orders = await ReadOrdersAsync(cancellation);
        await File.WriteAllTextAsync(SampleFile, orders[0].GetRawText(), cancellation);
        Contestants = [.. (await FindContestantsAsync(orders, cancellation)).Where(IsWanted)];
        await AgreeAsync(orders[0], cancellation);
        await Task.Delay(Options.Rest, cancellation);
    }

    private async Task StartOwnAsync(CancellationToken cancellation)
    {
        (OtlpPort, OtlpCountPort) = (Server.FreePort(), Server.FreePort());
        await StartAsync("otlp-sink", OtlpPort, ServiceLaunch.Own("OrdersMcp.Bench.OtlpSink", [$"{OtlpPort}", $"{OtlpCountPort}"]),
            "/received", cancellation, OtlpCountPort);
        var port = Server.FreePort();
        Api = await StartAsync("api", port, ServiceLaunch.Api(port, Database.ConnectionString, OtlpPort), "/health", cancellation);
        port = Server.FreePort();
        QuietApi = await StartAsync("api-quiet", port, ServiceLaunch.Api(port, Database.ConnectionString, otlpPort: null), "/health", cancellation);
        port = Server.FreePort();
        Mcp = await StartAsync("mcp", port, ServiceLaunch.Mcp(port, Api.Url, OtlpPort), "/health", cancellation);
    }

    private async Task<List<Contestant>> FindContestantsAsync(IReadOnlyList<JsonElement> orders, CancellationToken cancellation)
    {
        var port = Server.FreePort();
        var quietMcp = await StartAsync("mcp-quiet", port, ServiceLaunch.Mcp(port, QuietApi.Url, otlpPort: null), "/health", cancellation);
        port = Server.FreePort();
        var floor = await StartAsync("floor", port,
            ServiceLaunch.Own("OrdersMcp.Bench.Floor", [$"{port}"], ("ConnectionStrings__ordersdb", Database.ConnectionString)), "/health", cancellation);
        port = Server.FreePort();
        var bare = await StartAsync("csharp-sdk", port, BareMcp(port), "/health", cancellation);
        port = Server.FreePort();
        var bareInProcess = await StartAsync("csharp-sdk-in-process", port,
            ServiceLaunch.Own("OrdersMcp.Bench.BareMcp", [$"{port}", Api.Url, SampleFile], ("ConnectionStrings__ordersdb", Database.ConnectionString)), "/health", cancellation);
        port = Server.FreePort();
        var inProcess = await StartAsync("api-with-tools", port, ServiceLaunch.ApiWithTools(port, Database.ConnectionString, OtlpPort), "/health", cancellation);

        WatchedProcess[] behindRest = [Postgres];
        WatchedProcess[] behindMcp = [Api.Watched, Postgres];
        var contestants = new List<Contestant>
        {
            new(ContestantNames.Floor, "Kestrel and Npgsql alone", floor, behindRest, Requests.Rest),
            new(ContestantNames.Rest, "our REST API", Api, behindRest, Requests.Rest),
            new(ContestantNames.RestQuiet, "our REST API, telemetry off", QuietApi, behindRest, Requests.Rest),
            new(ContestantNames.Mcp, "our MCP server, 2026-07-28", Mcp, behindMcp, id => Requests.Tool(Requests.Newest, id)),
            new(ContestantNames.McpHandshake, "our MCP server, 2025-11-25", Mcp, behindMcp, id => Requests.Tool(Requests.Handshake, id)),
            new(ContestantNames.McpQuiet, "our MCP server and API, telemetry off", quietMcp, [QuietApi.Watched, Postgres],
                id => Requests.Tool(Requests.Newest, id)),
            new(ContestantNames.McpInProcess, "our API with its own tools, in process", inProcess, behindRest, id => Requests.Tool(Requests.Newest, id)),
            new(ContestantNames.BareInProcess, "the C# SDK with a hand-written query, in process", bareInProcess, behindRest, id => Requests.Tool(Requests.Newest, id)),
            new(ContestantNames.BareMcp, "the C# SDK with a hand-written tool", bare, behindMcp, id => Requests.Tool(Requests.Newest, id)),
        };
        foreach (var (name, title) in new[]
        {
            (ContestantNames.TypeScriptSdk, "the TypeScript SDK with a hand-written tool"),
            (ContestantNames.FastMcp, "fastmcp with a hand-written tool"),
        })
        {
            if (IsWanted(name) && await Peers.NodeAsync(Workshop, name, Api.Url, Note, cancellation) is { } peer)
            {
                _running.Add(peer);
                contestants.Add(new Contestant(name, title, peer, behindMcp, id => Requests.Tool(Requests.Handshake, id)));
            }
        }

        var file = Path.Combine(Workshop.Folder, "orders.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(orders), cancellation);
        if (IsWanted(ContestantNames.FastApi) && await Peers.FastApiAsync(Workshop, file, Note, cancellation) is { } fastApi)
        {
            _running.Add(fastApi);
            contestants.Add(new Contestant(ContestantNames.FastApi, "FastAPI on uvicorn, from memory", fastApi, [], Requests.Rest));
        }

        return contestants;
    }

    /// <summary>The C# SDK without anything of ours.</summary>
    public Launch BareMcp(int port, string? probe = null) => ServiceLaunch.Own(
        "OrdersMcp.Bench.BareMcp", [$"{port}", Api.Url, SampleFile], ServiceLaunch.Probe(probe));

    private bool IsWanted(Contestant contestant) => IsWanted(contestant.Name);

    private bool IsWanted(string contestant) =>
        !Options.Only.Any(ContestantNames.All.Contains) || Options.Only.Contains(contestant);

    private async Task<IReadOnlyList<JsonElement>> ReadOrdersAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = new Uri(Api.Url) };
        var orders = new List<JsonElement>();
        foreach (var id in OrderIds)
        {
            orders.Add(JsonElement.Parse(await client.GetStringAsync($"/orders/{id}", cancellation)));
        }

        return orders;
    }

    /// <summary>Those that answer something else would be compared in vain.</summary>
    private async Task AgreeAsync(JsonElement order, CancellationToken cancellation)
    {
        using var client = new HttpClient();
        foreach (var contestant in Contestants)
        {
            var request = contestant.GetOrder(order.GetProperty("id").GetInt64());
            using var message = new HttpRequestMessage(new HttpMethod(request.Method), contestant.Server.Url + request.Path);
            message.Content = request.Body is null ? null : new StringContent(request.Body);
            foreach (var (name, value) in request.Headers)
            {
                if (name == "Content-Type")
                {
                    message.Content!.Headers.ContentType = new(value);
                }
                else
                {
                    message.Headers.TryAddWithoutValidation(name, value);
                }
            }

            using var response = await client.SendAsync(message, cancellation);
            var body = await response.Content.ReadAsStringAsync(cancellation);
            if (!response.IsSuccessStatusCode || !JsonElement.DeepEquals(Requests.OrderOf(body), order))
            {
                throw new InvalidOperationException($"{contestant.Name} answers another order than the API: {(int)response.StatusCode} {body}");
            }
        }
    }
}
