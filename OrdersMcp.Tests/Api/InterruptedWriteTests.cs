using System.Data.Common;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>PostgreSQL ends the connection of a write after each of its statements in turn.</summary>
[Trait("Category", "Postgres")]
public sealed class InterruptedWriteTests(PostgresFixture postgres)
{
    private const string Stock = "SELECT sum(stock)::bigint FROM products";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/orders", """{"customerId":1234,"lines":[{"sku":"CAB-UC","quantity":2}]}""", "SELECT count(*) FROM orders", 1)]
    [InlineData("/orders/3/cancellation", """{"reason":"Test."}""", "SELECT count(*) FROM order_events WHERE order_id = 3", 1)]
    [InlineData("/orders/3/notes", """{"note":"Test."}""", "SELECT count(*) FROM order_events WHERE order_id = 3", 1)]
    public async Task Write_whose_connection_breaks_is_an_outage_and_is_made_once_by_a_retry(string path, string body, string count, int expected)
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var owner = NpgsqlDataSource.Create(connectionString);
        var breaker = new ConnectionBreaker(owner);
        await using var plain = new ApiFactory(connectionString);
        await using var api = plain.WithWebHostBuilder(host => host.ConfigureTestServices(
            services => services.ConfigureDbContext<OrdersDbContext>(options => options.AddInterceptors(breaker))));
        api.Server.PreserveExecutionContext = true;
        using var client = api.CreateClient();
        await plain.IsReadyAsync(Cancellation);
        await api.Services.GetRequiredService<OrdersMcp.Api.Data.Setup.DatabaseState>().WhenMigrated;
        var (before, stock) = (await CountAsync(owner, count), await CountAsync(owner, Stock));

        for (var step = 1; ; step++)
        {
            breaker.BreakAfter(step);
            var answer = await client.WriteAsync(
                path, new StringContent(body, Encoding.UTF8, "application/json"), ("Idempotency-Key", "one-key-for-all"));
            if (!breaker.HasBroken)
            {
                Assert.True((int)answer.Status is 200 or 201, $"Step {step}: {answer.Status} {answer.Body}");
                Assert.True(step > 4, $"Only {step - 1} statements were interrupted.");
                break;
            }

            answer.IsProblem(HttpStatusCode.ServiceUnavailable, "database-unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Contains(
                breaker.IsCommitting ? "may or may not have been made" : "Nothing was changed",
                answer.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(before, await CountAsync(owner, count));
            Assert.Equal(stock, await CountAsync(owner, Stock));
        }

        Assert.Equal(before + expected, await CountAsync(owner, count));
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>Ends the process behind a connection after a number of statements; before the commit is one of these places.</summary>
    private sealed class ConnectionBreaker(NpgsqlDataSource owner) : DbCommandInterceptor, IDbTransactionInterceptor
    {
        /// <summary>The API's background work is none of the test's.</summary>
        private readonly AsyncLocal<bool> _isInWrite = new();
        private int _left;

        public bool HasBroken { get; private set; }

        public bool IsCommitting { get; private set; }

        public void BreakAfter(int statements)
        {
            _isInWrite.Value = true;
            (_left, HasBroken, IsCommitting) = (statements, false, false);
        }

        public override async ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            await CountAsync(command.Connection);
            return result;
        }

        public override async ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            await CountAsync(command.Connection);
            return result;
        }

        public async ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            IsCommitting |= _isInWrite.Value;
            await CountAsync(transaction.Connection);
            return result;
        }

        private async Task CountAsync(DbConnection? connection)
        {
            if (!_isInWrite.Value || HasBroken || --_left > 0)
            {
                return;
            }

            HasBroken = true;
            await using var command = owner.CreateCommand("SELECT pg_terminate_backend($1, 30000)");
            command.Parameters.Add(new NpgsqlParameter { Value = ((NpgsqlConnection)connection!).ProcessID });
            Assert.True((bool)(await command.ExecuteScalarAsync(Cancellation))!);
        }
    }
}
