using Azure.Core;
using Microsoft.Extensions.Configuration;
using Npgsql;
using OrdersMcp.Api.DatabaseAccess;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>Logging in with a token in place of a password, and letting an identity in.</summary>
public sealed class DatabaseAccessTests(PostgresFixture postgres)
{
    private const string ObjectId = "6f6c5d04-0000-0000-0000-000000000001";

    [Theory]
    [InlineData(null, 1)]
    [InlineData("secret", 0)]
    public async Task Token_of_the_identity_is_asked_for_where_the_connection_has_no_password(string? password, int times)
    {
        var connection = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Password = password };
        var credential = new KnownToken();

        await using var database = new NpgsqlDataSourceBuilder(connection.ConnectionString)
            .UseManagedIdentity(Settings((DatabaseLogin.ClientIdSetting, "a-client")), credential).Build();
        await using var command = database.CreateCommand("SELECT 1");

        Assert.Equal(1, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Repeat("https://ossrdbms-aad.database.windows.net/.default", times), credential.Scopes);
    }

    [Fact]
    public async Task Grant_access_lets_an_identity_make_its_tables_and_no_more_and_can_be_repeated()
    {
        var connection = await postgres.CreateDatabaseAsync();
        var role = $"Orders API {Guid.NewGuid():N}"; // a name that has to be quoted
        await FakeEntraFunctionAsync(connection);
        var settings = Settings(("ConnectionStrings:ordersdb", connection), ("Access:Role", role), ("Access:ObjectId", ObjectId));

        for (var times = 0; times < 2; times++)
        {
            using var error = new StringWriter();
            Assert.True(0 == await GrantAccessCommand.RunAsync(settings, TextWriter.Null, error, TestContext.Current.CancellationToken), error.ToString());
        }

        await using var admin = NpgsqlDataSource.Create(connection);
        Assert.Equal(true, await ScalarAsync(admin, $"SELECT NOT rolsuper AND NOT rolcreaterole AND NOT rolcreatedb FROM pg_roles WHERE rolname = '{role}'"));
        Assert.Equal(role, await ScalarAsync(admin, $"SET ROLE \"{role}\"; CREATE TABLE t (id int); SELECT tableowner FROM pg_tables WHERE tablename = 't'"));
    }

    [Fact]
    public async Task Grant_access_says_which_settings_it_needs()
    {
        using var error = new StringWriter();

        Assert.Equal(2, await GrantAccessCommand.RunAsync(Settings(), TextWriter.Null, error, TestContext.Current.CancellationToken));
        Assert.Contains("Access__Role", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_access_that_cannot_log_in_says_why()
    {
        var settings = Settings(
            ("ConnectionStrings:ordersdb", "Host=127.0.0.1;Port=1;Username=u;Database=ordersdb"), ("Access:Role", "r"), ("Access:ObjectId", ObjectId));
        using var error = new StringWriter();

        Assert.Equal(1, await GrantAccessCommand.RunAsync(settings, TextWriter.Null, error, TestContext.Current.CancellationToken));
        Assert.Contains("Failed to connect to 127.0.0.1:1", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What Azure's servers have in their database postgres.</summary>
    private static async Task FakeEntraFunctionAsync(string connection)
    {
        await using var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connection) { Database = "postgres" }.ConnectionString);
        await using var create = database.CreateCommand(
            """
            CREATE OR REPLACE FUNCTION pgaadauth_create_principal_with_oid(
                role text, oid text, kind text, isAdmin boolean, isMfa boolean) RETURNS text LANGUAGE plpgsql AS $$
            BEGIN
                ASSERT kind = 'service' AND NOT isAdmin AND oid::uuid IS NOT NULL;
                EXECUTE format('CREATE ROLE %I LOGIN', role);
                RETURN role;
            END $$
            """);
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        return await reader.ReadAsync(TestContext.Current.CancellationToken) ? reader.GetValue(0) : null;
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    private sealed class KnownToken : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new AccessToken("token", DateTimeOffset.UtcNow.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
