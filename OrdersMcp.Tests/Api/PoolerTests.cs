using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>A pooler between the API and the database that refuses startup parameters, as PgBouncer does by default.</summary>
[Trait("Category", "Postgres")]
public sealed class PoolerTests(PostgresFixture postgres)
{
    private const string Reason = "unsupported startup parameter: options";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pooler_that_refuses_startup_parameters_is_503_and_not_an_internal_error()
    {
        using var pooler = new TcpListener(IPAddress.Loopback, 0);
        pooler.Start();
        using var end = new CancellationTokenSource();
        var refusing = RefuseAsync(pooler, end.Token);
        var database = await postgres.CreateDatabaseAsync();
        await using var api = new ApiFactory(
            $"Host=127.0.0.1;Port={((IPEndPoint)pooler.LocalEndpoint).Port};Database=ordersdb;Username=api;SSL Mode=Disable",
            settings: [("ConnectionStrings:ordersdb-migrations", database), ("ConnectionStrings:ordersdb-direct", database)]);
        using var client = api.CreateClient();
        await api.Services.GetRequiredService<DatabaseState>().WhenMigrated.WaitAsync(Cancellation);

        var answer = await client.AskAsync("/customers/1234");

        answer.IsProblem(HttpStatusCode.ServiceUnavailable, "database-unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        await end.CancelAsync();
        await refusing;
    }

    [Theory]
    [InlineData("08P01", true)]
    [InlineData(PostgresErrorCodes.TooManyConnections, true)]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege, false)]
    public void Failures_of_the_connection_are_told_from_those_of_a_statement(string state, bool isUnavailable) => Assert.Equal(
        isUnavailable, DatabaseFailure.IsUnavailable(new PostgresException(Reason, "FATAL", "FATAL", state)));

    private static async Task RefuseAsync(TcpListener pooler, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var client = await pooler.AcceptTcpClientAsync(cancellationToken);
                var stream = client.GetStream();
                var length = new byte[4];
                await stream.ReadExactlyAsync(length, cancellationToken);
                await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4], cancellationToken);
                await stream.WriteAsync(Refusal(), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the test is over
        }
    }

    /// <summary>An ErrorResponse of PostgreSQL's protocol, with the code that PgBouncer uses.</summary>
    private static byte[] Refusal()
    {
        var fields = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C08P01\0M{Reason}\0\0");
        var message = new byte[5 + fields.Length];
        message[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), fields.Length + 4);
        fields.CopyTo(message, 5);
        return message;
    }
}
