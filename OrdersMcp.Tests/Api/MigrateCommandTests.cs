using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrdersMcp.Api;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>The command <c>migrate</c>, and the service that waits for it.</summary>
[Trait("Category", "Postgres")]
public sealed class MigrateCommandTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Service_that_does_not_migrate_is_ready_when_the_command_has_and_changes_nothing_itself()
    {
        var connection = await postgres.CreateDatabaseAsync();
        await using var api = new ApiFactory(connection, settings: ("Database:MigrateAtStart", "false"));
        await api.AnswersAsync(HttpStatusCode.ServiceUnavailable, "/health", Cancellation);
        using var client = api.CreateClient();
        (await client.AskAsync("/orders")).IsProblem(HttpStatusCode.ServiceUnavailable, "database-unavailable");
        await using var database = NpgsqlDataSource.Create(connection);
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));

        var (exitCode, output, error) = await RunAsync(connection);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("migrated", output, StringComparison.Ordinal);
        await api.IsReadyAsync(Cancellation);
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("/orders")).Status);
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM orders")); // Seed:Demo applies to the command too
    }

    [Fact]
    public async Task Command_can_be_repeated_and_run_twice_at_once()
    {
        var connection = await postgres.CreateDatabaseAsync();

        var both = await Task.WhenAll(RunAsync(connection), RunAsync(connection));
        var again = await RunAsync(connection);

        Assert.All([.. both, again], run => Assert.Equal((0, ""), (run.ExitCode, run.Error)));
    }

    [Fact]
    public async Task Service_of_an_older_program_stays_ready_on_a_newer_schema()
    {
        var connection = await postgres.CreateDatabaseAsync();
        await using var old = new ApiFactory(connection, settings: ("Database:MigrateAtStart", "false"));
        await RunAsync(connection);
        await old.IsReadyAsync(Cancellation);
        await using var database = NpgsqlDataSource.Create(connection);
        await database.ScalarAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('99990101000000_OfANewerProgram', '99.0.0')""");
        await database.ScalarAsync("ALTER TABLE orders ADD COLUMN of_a_newer_program text");

        await using var another = new ApiFactory(connection, settings: ("Database:MigrateAtStart", "false"));

        await another.IsReadyAsync(Cancellation); // an old replica that restarts during a deployment
        await old.IsReadyAsync(Cancellation);
    }

    [Fact]
    public async Task Service_without_the_owner_of_a_migrated_database_is_told_which_setting_is_missing()
    {
        var connection = await postgres.CreateDatabaseAsync();
        await RunAsync(connection);
        await using var database = NpgsqlDataSource.Create(connection);
        var login = $"service_{Guid.NewGuid():N}";
        await database.ScalarAsync($"CREATE ROLE {login} LOGIN; GRANT orders_service TO {login}");
        var log = new CapturedLog();
        await using var api = new ApiFactory(
            new NpgsqlConnectionStringBuilder(connection) { Username = login }.ConnectionString, settings: ("Database:MigrateAtStart", "false"));
        await using var logged = api.WithWebHostBuilder(builder => builder.ConfigureLogging(logging => logging.AddProvider(log)));

        using var client = logged.CreateClient();

        await Until.TrueAsync(
            () => log.Lines.Any(line => line.Contains("ConnectionStrings:ordersdb-migrations", StringComparison.Ordinal)), () => "The log does not name the setting.");
    }

    [Theory]
    [InlineData("", 2, "ConnectionStrings:ordersdb")]
    [InlineData("Host=db.example.com;Database=ordersdb", 2, "SSL Mode=VerifyFull")]
    [InlineData("Host=127.0.0.1;Port=1;Database=ordersdb;Timeout=2", 1, "127.0.0.1")]
    public async Task Failure_is_one_line_and_an_exit_code(string connection, int expected, string named)
    {
        var (exitCode, output, error) = await RunAsync(connection);

        Assert.Equal((expected, ""), (exitCode, output));
        Assert.Contains(named, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_number_of_connections_is_named()
    {
        var (exitCode, _, error) = await RunAsync(await postgres.CreateDatabaseAsync(), "--Database:Connections=5");

        Assert.Equal(2, exitCode);
        Assert.Contains($"Database:Connections is 5; it must be from {DatabaseConnections.Fewest}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_that_finds_no_free_connection_is_503_with_a_time_to_retry()
    {
        var connectionString = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Timeout = 1 };
        connectionString.Remove("Maximum Pool Size"); // the connection string would override the setting
        await using var api = new ApiFactory(connectionString.ConnectionString, settings: ("Database:Connections", "6"));
        await api.IsReadyAsync(Cancellation);
        using var client = api.CreateClient();
        var pool = api.Services.GetRequiredService<NpgsqlDataSource>();
        var taken = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < 3; i++) // reads of orders keep the fourth, since the API became ready
            {
                taken.Add(await pool.OpenConnectionAsync(Cancellation));
            }

            var read = await client.AskAsync("/customers/1234");

            read.IsProblem(HttpStatusCode.ServiceUnavailable, "database-unavailable");
            Assert.NotNull(read.Headers.RetryAfter);
        }
        finally
        {
            foreach (var connection in taken)
            {
                await connection.DisposeAsync();
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("/customers/1234")).Status);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string connection, params string[] settings)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await ApiCommandLine.RunAsync(
            ["migrate", $"--ConnectionStrings:ordersdb={connection}", .. settings], _ => throw new InvalidOperationException("The server starts."), output, error, Cancellation);
        return (exitCode, output.ToString(), error.ToString());
    }
}
