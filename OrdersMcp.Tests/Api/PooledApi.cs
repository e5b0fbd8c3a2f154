using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>The API behind a real PgBouncer, with the settings of docs/deployment.md: its login is the role of the service.</summary>
public sealed class PooledApi : IAsyncDisposable
{
    public const string Role = "orders_service";

    private const string Database = "ordersdb";

    private readonly Lazy<Task> _started;
    private PostgresServer? _server;
    private PgBouncer? _pooler;
    private ApiFactory? _api;

    public PooledApi() => _started = new Lazy<Task>(StartOnceAsync);

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Of the owner, around the pooler.</summary>
    public string Direct => _server!.ConnectionString(Database);

    /// <summary>Starts everything for the first test, or skips the test on a machine without PgBouncer.</summary>
    public Task StartAsync()
    {
        PgBouncer.FindOrSkip();
        return _started.Value;
    }

    /// <summary>Another replica, whose connections come from the pooler.</summary>
    public ApiFactory Replica(string login) => new(_pooler!.ConnectionString(Database, login), settings:
    [
        ("ConnectionStrings:ordersdb-migrations", Direct),
        ("ConnectionStrings:ordersdb-direct", $"{Direct};Username={login}"),
    ]);

    /// <summary>Restarts PostgreSQL behind the pooler.</summary>
    public async Task RestartDatabaseAsync()
    {
        await _server!.StopAsync();
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { _api, _pooler, _server }.OfType<IAsyncDisposable>())
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartOnceAsync()
    {
        _server = await PostgresServer.CreateAsync();
        await _server.StartAsync();
        await _server.CreateDatabaseAsync(Database);
        // As grant-access creates it.
        await ExportApi.RunAsync(Direct, $"CREATE ROLE {Role} LOGIN; CREATE ROLE other LOGIN");
        _pooler = await PgBouncer.StartAsync(_server, "postgres", Role, "other");
        _api = Replica(Role);
        await _api.IsReadyAsync(TestContext.Current.CancellationToken);
        Client = _api.CreateClient();
    }
}
