using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using OrdersMcp.Api.Orders;
using OrdersMcp.Api.Seeding;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class QueryPlanTests(SeededApi api) : IClassFixture<SeededApi>
{
    [Theory]
    [InlineData("/orders/25000/history")]
    [InlineData("/orders")]
    [InlineData("/orders?sort=oldest")]
    [InlineData("/orders?status=delivered")]
    [InlineData("/orders?status=pending")]
    [InlineData("/orders?status=cancelled&sort=oldest")]
    [InlineData("/orders?customerId=20")]
    [InlineData("/orders?sku=P-00001")]
    [InlineData("/orders?sku=P-00090&sort=oldest")]
    [InlineData("/orders?placedFrom=2025-09-01T00:00:00Z")]
    [InlineData("/orders?placedBefore=2025-01-01T00:00:00Z")]
    [InlineData("/orders?totalFrom=100")]
    [InlineData("/orders?totalFrom=5000")]
    [InlineData("/orders?totalTo=7")]
    [InlineData("/orders?q=oak")]
    [InlineData("/orders?q=katya%20lopez%20lift")]
    [InlineData("/customers?q=amara")]
    [InlineData("/customers?q=amara.abe.1300")]
    [InlineData("/completion/order-ids?prefix=1")]
    [InlineData("/completion/order-ids?prefix=49999")]
    [InlineData("/completion/order-ids?prefix=")]
    [InlineData("/completion/customer-ids?prefix=12")]
    [InlineData("/completion/customers?prefix=amara")]
    [InlineData("/admin/tool-calls")]
    [InlineData("/admin/tool-calls?tool=get_order")]
    [InlineData("/admin/tool-calls?outcome=not_found")]
    [InlineData("/admin/tool-calls?outcome=ok")]
    [InlineData("/admin/tool-calls?caller=caller-7")]
    [InlineData("/admin/tool-calls?traceId=00000000000000000000000000001234")]
    [InlineData("/admin/tool-calls?orderId=1234")]
    [InlineData("/admin/tool-calls?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")]
    [InlineData("/customers/20")]
    [InlineData("/customers/amara.abe.0@shop.example")]
    public async Task Query_uses_an_index(string path)
    {
        var page = await ExplainedAsync(path);
        if (page.TryGetProperty("nextCursor", out var cursor) && cursor.GetString() is { } next)
        {
            await ExplainedAsync($"{path}{(path.Contains('?') ? '&' : '?')}cursor={next}");
        }
    }

    [Fact]
    public async Task Late_page_reads_no_more_than_the_first()
    {
        var cursor = "";
        for (var page = 0; page < 100; page++)
        {
            cursor = "&cursor=" + (await api.Client.GetOkAsync($"/orders?limit=200{cursor}")).GetProperty("nextCursor").GetString();
        }

        var (first, far) = (await BuffersAsync("/orders?limit=200"), await BuffersAsync($"/orders?limit=200{cursor}"));

        Assert.InRange(far, 1, first * 1.5);
    }

    [Fact]
    public async Task Order_is_read_by_indexes_for_every_caller()
    {
        var plan = await GenericPlanAsync("(bigint, bigint)", OrderReader.Sql, "25000, NULL");

        Assert.Contains("Index Scan using pk_orders", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    private async Task<JsonElement> ExplainedAsync(string path)
    {
        var (body, plans) = await PlansAsync("EXPLAIN", path);
        Assert.NotEmpty(plans);
        Assert.All(plans, plan =>
        {
            Assert.Contains("Index", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan on order", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan on tool_calls", plan, StringComparison.Ordinal);
            // For the names of a page of orders, hashing the small table of customers is faster.
            if (path.StartsWith("/customers", StringComparison.Ordinal))
            {
                Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
            }
        });
        return body;
    }

    /// <summary>Also with a generic plan, which a prepared statement may have.</summary>
    [Theory]
    [InlineData("/admin/tool-calls?outcome=not_found", "ix_tool_calls_outcome_at_id")]
    [InlineData("/admin/tool-calls?outcome=ok", "ix_tool_calls_at_id")]
    [InlineData("/admin/tool-calls?traceId=00000000000000000000000000001234", "ix_tool_calls_trace_id")]
    public async Task Filter_of_tool_calls_uses_its_index(string path, string index)
    {
        api.Statements.Sent.Clear();
        await api.Client.GetOkAsync(path);
        var statement = Assert.Single(api.Statements.Sent);
        var sql = statement.Parameters.Select((parameter, place) => (Name: parameter.ParameterName.TrimStart('@'), Number: place + 1))
            .Aggregate(statement.CommandText, (text, parameter) => Regex.Replace(text, $@"@{parameter.Name}\b", $"${parameter.Number}", RegexOptions.None, TimeSpan.FromSeconds(1)));

        var plan = await GenericPlanAsync("", sql, string.Join(", ", statement.Parameters.Select(_ => "NULL")));

        Assert.Matches($@"(using|on) {index}\b", plan);
    }

    /// <summary>The generic plan, which a prepared statement may have.</summary>
    private async Task<string> GenericPlanAsync(string types, string sql, string values)
    {
        await using var connection = new NpgsqlConnection(api.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        // The driver would count the parameters, but a generic plan has none.
        await using var command = new NpgsqlCommand($"DO $do$ BEGIN EXECUTE $sql$PREPARE asked{types} AS {sql}$sql$; END $do$", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        command.CommandText = $"SET plan_cache_mode = force_generic_plan; EXPLAIN EXECUTE asked({values})";
        return string.Join('\n', await LinesAsync(command));
    }

    private async Task<double> BuffersAsync(string path)
    {
        var (_, plans) = await PlansAsync("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF)", path);
        var buffers = plans[0].Split('\n').First(line => line.Contains("Buffers:", StringComparison.Ordinal));
        return buffers.Split(' ', '=').Where(word => int.TryParse(word, out _)).Sum(int.Parse);
    }

    /// <summary>Calls the API, and then asks the database for the plans of the statements that the API sent.</summary>
    private async Task<(JsonElement Body, List<string> Plans)> PlansAsync(string explain, string path)
    {
        api.Statements.Sent.Clear();
        var body = await api.Client.GetOkAsync(path);
        await using var connection = new NpgsqlConnection(api.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var plans = new List<string>();
        foreach (var statement in api.Statements.Sent)
        {
            await using var command = new NpgsqlCommand($"{explain} {statement.CommandText}", connection);
            command.Parameters.AddRange(statement.Parameters.Select(parameter => ((NpgsqlParameter)parameter).Clone()).ToArray());
            plans.Add(string.Join('\n', await LinesAsync(command)));
        }

        return (body, plans);
    }

    private static async Task<List<string>> LinesAsync(NpgsqlCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}

/// <summary>The API on a database of 50,000 orders: enough for the planner to choose as it does with a million.</summary>
public sealed class SeededApi(PostgresFixture postgres) : IAsyncLifetime
{
    private const string ToolCalls =
        """
        INSERT INTO tool_calls (id, at, caller, tool, outcome, duration_ms, trace_id, order_ids)
        SELECT gen_random_uuid(), '2026-01-01'::timestamptz + n * interval '1 minute', 'caller-' || n % 100,
               (ARRAY['get_order', 'list_orders', 'cancel_order'])[n % 3 + 1],
               CASE WHEN n % 50 = 0 THEN 'not_found' ELSE 'ok' END, 1, lpad(n::text, 32, '0'), ARRAY[n::bigint]
        FROM generate_series(1, 20000) n;
        ANALYZE tool_calls
        """;

    private ApiFactory? _api;

    public HttpClient Client { get; private set; } = null!;

    public string ConnectionString { get; private set; } = null!;

    internal SentStatements Statements { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await postgres.CreateDatabaseAsync();
        _api = new ApiFactory(ConnectionString, demo: false);
        await _api.IsReadyAsync(TestContext.Current.CancellationToken);
        await using var database = NpgsqlDataSource.Create(ConnectionString + ";Command Timeout=0");
        await new BulkSeed(database, _ => { }).RunAsync(50_000, ApiFactory.DemoUntil, TestContext.Current.CancellationToken);
        await using (var calls = database.CreateCommand(ToolCalls))
        {
            await calls.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        // Stays subscribed, because EF Core checks only once a second whether anybody listens.
        Statements = new SentStatements(new NpgsqlConnectionStringBuilder(ConnectionString).Database!);
        Client = _api.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Statements?.Dispose();
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }
    }
}
