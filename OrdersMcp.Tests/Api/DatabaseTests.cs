using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class DatabaseTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrations_are_applied_once_when_several_instances_start_together()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        var instances = Enumerable.Range(0, 4).Select(_ => new ApiFactory(connectionString)).ToList();

        await Task.WhenAll(instances.Select(api => Task.Run(() => api.IsReadyAsync(Cancellation))));

        await using var db = Open(connectionString);
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Cancellation));
        Assert.Equal(16, await db.Orders.CountAsync(Cancellation));
        foreach (var api in instances)
        {
            Assert.Equal(HttpStatusCode.OK, (await api.CreateClient().AskAsync("/orders/1")).Status);
            await api.DisposeAsync();
        }
    }

    /// <summary>The first trace of a first start is what a new user sees.</summary>
    [Fact]
    public async Task New_database_is_prepared_without_a_statement_that_fails()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database;
        var statements = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = statement =>
            {
                if (statement.TagObjects.Any(tag => tag.Value as string == database))
                {
                    statements.Enqueue(statement);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await using var api = new ApiFactory(connectionString);
        await api.IsReadyAsync(Cancellation);

        Assert.Contains(statements, statement => statement.TagObjects.Any(tag => tag.Value is string text && text.Contains("CREATE TABLE", StringComparison.Ordinal)));
        Assert.DoesNotContain(statements, statement => statement.Status == ActivityStatusCode.Error);
    }

    [Fact]
    public async Task Migrations_have_everything_that_the_model_has()
    {
        await using var db = Open(await postgres.CreateDatabaseAsync());

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task Migrations_leave_the_database_empty_when_no_demo_data_is_asked_for()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = new ApiFactory(connectionString, demo: false);
        await api.IsReadyAsync(Cancellation);

        var page = await api.CreateClient().GetOkAsync("/orders");

        Assert.Empty(page.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Demo_data_leaves_the_next_ids_free()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = new ApiFactory(connectionString);
        await api.IsReadyAsync(Cancellation);
        await using var db = Open(connectionString);

        var customer = new Customer { Name = "New", Email = "new@example.com", CreatedAt = DateTimeOffset.UtcNow };
        db.Add(customer);
        await db.SaveChangesAsync(Cancellation);

        Assert.Equal(7891, customer.Id);
    }

    /// <summary>Else the first caller after a start waits for the connection and for the compiler.</summary>
    [Fact]
    public async Task Api_has_read_an_order_when_it_is_ready()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = new ApiFactory(connectionString, demo: false);
        await api.IsReadyAsync(Cancellation);

        await using var owner = NpgsqlDataSource.Create(connectionString);
        await using var command = owner.CreateCommand(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND starts_with(query, 'SELECT o.id, o.customer_id, c.name')
            """);
        Assert.Equal(1L, await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Api_is_alive_but_not_ready_until_the_database_comes()
    {
        await using var server = await PostgresServer.CreateAsync();
        await using var api = new ApiFactory(server.ConnectionString("ordersdb"));
        using var client = api.CreateClient();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/alive"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, "/health"));
        (await client.AskAsync("/orders/1")).IsProblem(HttpStatusCode.ServiceUnavailable, "database-unavailable");

        await server.StartAsync();
        await server.CreateDatabaseAsync("ordersdb");

        await api.IsReadyAsync(Cancellation);
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("/orders/1")).Status);
    }

    [Fact]
    public async Task Api_answers_unavailable_while_the_database_is_away_and_recovers_when_it_is_back()
    {
        await using var server = await PostgresServer.CreateAsync();
        await server.StartAsync();
        await using var api = new ApiFactory(await server.CreateDatabaseAsync("ordersdb"));
        await api.IsReadyAsync(Cancellation);
        using var client = api.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("/orders/1")).Status);

        await server.StopAsync();

        var away = await client.AskAsync("/orders/1");
        away.IsProblem(HttpStatusCode.ServiceUnavailable, "database-unavailable");
        Assert.DoesNotContain("127.0.0.1", away.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, "/health"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/alive"));

        await server.StartAsync();

        await api.AnswersAsync(HttpStatusCode.OK, "/orders/1", Cancellation);
        await api.IsReadyAsync(Cancellation);
    }

    [Fact]
    public async Task Restart_of_the_database_is_not_seen_by_reads_of_orders_that_come_after_it()
    {
        await using var server = await PostgresServer.CreateAsync();
        await server.StartAsync();
        await using var api = new ApiFactory(await server.CreateDatabaseAsync("ordersdb"));
        await api.IsReadyAsync(Cancellation);
        using var client = api.CreateClient();
        Assert.All(await TogetherAsync(client, "/orders/1"), status => Assert.Equal(HttpStatusCode.OK, status));

        await server.StopAsync();
        await server.StartAsync();

        Assert.All(await TogetherAsync(client, "/orders/1"), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task Reads_of_orders_leave_a_small_pool_to_others(int size)
    {
        await using var api = new ApiFactory($"{await postgres.CreateDatabaseAsync()};Maximum Pool Size={size};Timeout=2");
        await api.IsReadyAsync(Cancellation);
        using var client = api.CreateClient();

        Assert.All(await TogetherAsync(client, "/orders/1"), status => Assert.Equal(HttpStatusCode.OK, status));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/orders"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/health"));
        Assert.Equal(17, await client.PlaceOrderAsync());
    }

    [Theory]
    [InlineData("/orders/1")]
    [InlineData("/orders")]
    [InlineData("/customers/1234")]
    [InlineData("/statistics/orders?groupBy=customer")]
    [InlineData("/orders/1/notes", """{"note":"a write reads its answer in its transaction"}""")]
    public async Task Statement_that_failed_while_it_was_prepared_is_whole_the_next_time(string path, string? body = null)
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var api = new ApiFactory($"{connectionString};Maximum Pool Size=1;Auto Prepare Min Usages=1");
        await api.IsReadyAsync(Cancellation);
        using var client = api.CreateClient();
        await using var owner = NpgsqlDataSource.Create(connectionString);
        await ExecuteAsync($"REVOKE SELECT ON customers FROM {ServiceRole.DefaultName}");
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(client, path, body));

        await ExecuteAsync($"GRANT SELECT ON customers TO {ServiceRole.DefaultName}");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, path, body));

        async Task ExecuteAsync(string sql)
        {
            await using var command = owner.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Cancellation);
        }
    }

    [Fact]
    public void Api_names_the_setting_when_there_is_no_connection_string()
    {
        using var api = new ApiFactory(connectionString: null);

        var failure = Assert.ThrowsAny<Exception>(api.CreateClient);

        Assert.Contains("ConnectionStrings:ordersdb", failure.ToString(), StringComparison.Ordinal);
    }

    private static Task<HttpStatusCode[]> TogetherAsync(HttpClient client, string path) =>
        Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StatusAsync(client, path)));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private static OrdersDbContext Open(string connectionString) =>
        new(new DbContextOptionsBuilder<OrdersDbContext>().UseNpgsql(connectionString).Options);
}
