using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.McpServer.Hosting.Commands;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Observability;

/// <summary>Records of the calls of any API, in a database of the server.</summary>
[Trait("Category", "Postgres")]
public sealed class LocalAuditTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    private readonly TemporaryFolder _folder = new();
    private TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder.Path);
        _api = await TestApi.StartAsync(Documents.With(
            """{ "/pets/{petId}": { "get": { "operationId": "get_pet", "parameters": [ { "name": "petId", "in": "path", "required": true, "schema": { "type": "integer" } } ] } } }"""));
        _api.Answer = context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"id":7}""");
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Call_of_any_api_is_recorded_once_and_can_be_replayed(string kind)
    {
        var database = await DatabaseAsync(kind);
        await using var server = await StartAsync(database);

        await server.CallAsync("get_pet", new JsonObject { ["petId"] = 7 }, ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"));
        await server.CallAsync("get_pet", new JsonObject { ["petId"] = 8 });

        var records = await RecordsAsync(server, 2);
        Assert.Equal(["""{"petId":8}""", """{"petId":7}"""], records.Select(record => JsonSerializer.Serialize(record.Arguments)));
        Assert.All(records, record => Assert.Equal(("get_pet", "ok", "anonymous"), (record.Tool, record.Outcome, record.Caller)));
        Assert.Empty(_api.Audit);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.Equal(ReplayCommand.Same, await ReplayAsync(server, Trace, output, errors));
        Assert.Contains("The answer is the same", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ReplayCommand.NotRecorded, await ReplayAsync(server, "00000000000000000000000000000001", output, errors));

        // Delivered again, as after a lost confirmation.
        await StoreOf(server).AddAsync([Json(records[0]), Json(records[1])], TestContext.Current.CancellationToken);
        await RecordsAsync(server, 2);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Old_records_are_removed(string kind)
    {
        var time = new ShiftedTime();
        var store = new DatabaseAuditStore(
            Options.Create(new AuditOptions { ConnectionString = await DatabaseAsync(kind), Retention = TimeSpan.FromDays(30) }), Options.Create(new OpenApiToolsOptions()), time);
        await store.AddAsync([Json(Record(time.GetUtcNow()))], TestContext.Current.CancellationToken);

        time.Shift = TimeSpan.FromDays(29);
        await store.AddAsync([Json(Record(time.GetUtcNow()))], TestContext.Current.CancellationToken);
        Assert.Equal(2, (await store.ReadAsync(traceId: null, 10, TestContext.Current.CancellationToken)).Count);
        time.Shift = TimeSpan.FromDays(31);
        await store.AddAsync([Json(Record(time.GetUtcNow()))], TestContext.Current.CancellationToken);

        Assert.Equal(2, (await store.ReadAsync(traceId: null, 10, TestContext.Current.CancellationToken)).Count);
        Assert.Single(await store.ReadAsync(traceId: null, 1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Replicas_that_start_at_once_share_the_table()
    {
        var options = Options.Create(new AuditOptions { ConnectionString = await postgres.CreateDatabaseAsync() });
        var stores = Enumerable.Range(0, 8).Select(_ => new DatabaseAuditStore(options, Options.Create(new OpenApiToolsOptions()), TimeProvider.System)).ToArray();

        await Task.WhenAll(stores.Select(store => store.AddAsync([Json(Record(DateTimeOffset.UtcNow))], TestContext.Current.CancellationToken)));

        Assert.Equal(8, (await stores[0].ReadAsync(traceId: null, 10, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Records_wait_while_the_database_is_away()
    {
        var file = Path.Combine(_folder.Path, "later", "audit.db");
        await using var server = await StartAsync($"Data Source={file}");
        Assert.NotNull((await server.CallAsync("get_pet", new JsonObject { ["petId"] = 7 }))["result"]);
        using var errors = new StringWriter();

        Assert.Equal(ReplayCommand.Unavailable, await ReplayAsync(server, Trace, errors, errors));
        Assert.Contains("The audit database cannot be used", errors.ToString(), StringComparison.Ordinal);
        Assert.True(server.Services.GetRequiredService<AuditJournal>().Length > 0);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);

        await RecordsAsync(server, 1);
    }

    [Fact]
    public async Task File_of_the_database_is_its_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of files.");
        var store = new DatabaseAuditStore(
            Options.Create(new AuditOptions { ConnectionString = await DatabaseAsync("sqlite") }), Options.Create(new OpenApiToolsOptions()), TimeProvider.System);

        await store.AddAsync([Json(Record(DateTimeOffset.UtcNow))], TestContext.Current.CancellationToken);

        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Theory]
    [InlineData("Password=s3cret", "Audit:ConnectionString is neither")]
    [InlineData("s3cret", "Audit:ConnectionString is neither")]
    [InlineData("Data Source=a.db;Colour=s3cret", "Audit:ConnectionString is neither")]
    [InlineData("Host=localhost;Port=s3cret", "Audit:ConnectionString is neither")]
    public void Connection_string_of_no_database_is_refused_and_not_repeated(string connectionString, string problem)
    {
        var failure = Assert.Single(new AuditOptionsValidator().Validate(name: null, new AuditOptions { ConnectionString = connectionString }).Failures!);

        Assert.Contains(problem, failure, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Retention_must_be_longer_than_zero() => Assert.Contains(
        "Audit:Retention", Assert.Single(new AuditOptionsValidator().Validate(name: null, new AuditOptions { Retention = TimeSpan.Zero }).Failures!), StringComparison.Ordinal);

    [Fact]
    public async Task Latest_calls_are_on_the_page()
    {
        await using var server = await StartAsync(await DatabaseAsync("sqlite"), ("environment", "Development"));
        await server.CallAsync("get_pet", new JsonObject { ["petId"] = 7 });
        await RecordsAsync(server, 1);

        using var page = await server.SendAsync(HttpMethod.Get, "/");
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("<td><code>get_pet</code></td>", html, StringComparison.Ordinal);
        Assert.Contains("Petstore MCP server", html, StringComparison.Ordinal);
        Assert.Contains("&quot;petstore&quot;", html, StringComparison.Ordinal);
    }

    private async Task<string> DatabaseAsync(string kind) =>
        kind == "sqlite" ? $"Data Source={Path.Combine(_folder.Path, "audit.db")}" : await postgres.CreateDatabaseAsync();

    private async Task<McpApplication> StartAsync(string database, params (string Key, string Value)[] settings)
    {
        var server = McpApplication.Start(_api.Address, [("Mcp:Apis:0:Name", "petstore"), ("Audit:ConnectionString", database), .. settings]);
        await server.WaitForHealthAsync("Healthy");
        return server;
    }

    private static IAuditStore StoreOf(McpApplication server) => server.Services.GetRequiredService<AuditStore>().Current!;

    private static Task<int> ReplayAsync(McpApplication server, string trace, StringWriter output, StringWriter errors) =>
        new ReplayCommand(server.Services).RunAsync(trace, output, errors, TestContext.Current.CancellationToken);

    private static async Task<IReadOnlyList<AuditRecord>> RecordsAsync(McpApplication server, int count)
    {
        IReadOnlyList<AuditRecord> records = [];
        await Until.TrueAsync(
            async () => (records = await StoreOf(server).ReadAsync(traceId: null, 10, TestContext.Current.CancellationToken)).Count == count,
            TimeSpan.FromSeconds(60),
            () => $"{records.Count} records instead of {count}.");
        return records;
    }

    private static AuditRecord Record(DateTimeOffset at) => new(
        Guid.CreateVersion7(at), at, "anonymous", Client: null, "get_pet", Operation: null, ArgumentHash: null, ArgumentSummary: null, Arguments: null, "ok", DurationMs: 1,
        TraceId: null, ProtocolVersion: null, ResultHash: null, OrderIds: []);

    private static ReadOnlyMemory<byte> Json(AuditRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, AuditJson.Default.AuditRecord);
}
