using System.Collections.Concurrent;
using System.Globalization;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>Logging in with a token instead of a password, and granting access.</summary>
[Trait("Category", "Postgres")]
public sealed class DatabaseAccessTests(PostgresFixture postgres)
{
    private const string ObjectId = "6f6c5d04-0000-0000-0000-000000000001";

    [Theory]
    [InlineData(null, 1)]
    [InlineData("secret", 0)]
    public async Task Identity_token_is_requested_when_the_connection_has_no_password(string? password, int times)
    {
        var connection = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Password = password };
        var credential = new KnownToken();

        await using var database = new NpgsqlDataSourceBuilder(connection.ConnectionString)
            .UseManagedIdentity(GrantAccess.Settings((DatabaseLogin.ClientIdSetting, "a-client")), credential).Build();
        await using var command = database.CreateCommand("SELECT 1");

        Assert.Equal(1, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Repeat("https://ossrdbms-aad.database.windows.net/.default", times), credential.Scopes);
    }

    [Fact]
    public async Task Grant_access_lets_an_identity_only_create_tables_and_is_repeatable()
    {
        var connection = await postgres.CreateDatabaseAsync();
        var role = $"Orders API {Guid.NewGuid():N}"; // a name that needs quotes
        await FakeEntraFunctionAsync(connection);
        await GrantAsync(("ConnectionStrings:ordersdb", connection), ("Access:Role", role), ("Access:ObjectId", ObjectId));
        await GrantAsync(("ConnectionStrings:ordersdb", connection), ("Access:Role", role), ("Access:ObjectId", ObjectId));

        await using var admin = NpgsqlDataSource.Create(connection);
        Assert.Equal(true, await admin.ScalarAsync($"SELECT NOT rolsuper AND NOT rolcreaterole AND NOT rolcreatedb FROM pg_roles WHERE rolname = '{role}'"));
        Assert.Equal(role, await admin.ScalarAsync($"SET ROLE \"{role}\"; CREATE TABLE t (id int); SELECT tableowner FROM pg_tables WHERE tablename = 't'"));
    }

    /// <summary>Migrations, requests and background work all log in with the token.</summary>
    [Fact]
    public async Task Api_becomes_ready_as_an_identity_with_access()
    {
        var connection = await postgres.CreateDatabaseAsync();
        var role = $"identity-{Guid.NewGuid():N}";
        await FakeEntraFunctionAsync(connection);
        await GrantAsync(
            ("ConnectionStrings:ordersdb", connection), ("Access:Role", role), ("Access:ObjectId", ObjectId), ("Database:ServiceRole", "orders_service"));
        var credential = new KnownToken();
        var identity = new NpgsqlConnectionStringBuilder(connection) { Username = role, Password = null }.ConnectionString;

        await using var api = new ApiFactory(identity, demo: true, environment: "Production", (DatabaseLogin.ClientIdSetting, "a-client"));
        await using var started = api.WithWebHostBuilder(host => host.ConfigureServices(services =>
            services.AddSingleton<TokenCredential>(credential)));
        using var client = started.CreateClient();
        await Until.TrueAsync(async () =>
        {
            using var response = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }, TimeSpan.FromSeconds(30), () => "The API did not become ready.");
        Assert.True(credential.Scopes.Count >= 3, $"{credential.Scopes.Count} of the three pools asked for a token.");
        await using var admin = NpgsqlDataSource.Create(connection);
        Assert.Equal(role, await admin.ScalarAsync("SELECT tableowner FROM pg_tables WHERE tablename = 'orders'"));
    }

    [Theory]
    [InlineData("SUPERUSER")]
    [InlineData("CREATEROLE CREATEDB")] // as on managed servers
    public async Task Grant_access_creates_the_database_and_two_logins_for_the_api(string administrator)
    {
        var admin = new NpgsqlConnectionStringBuilder(await AdministratorAsync(administrator)) { Database = $"orders_{Guid.NewGuid():N}" };
        var (owner, service) = ($"owner_{Guid.NewGuid():N}", $"service_{Guid.NewGuid():N}");
        (string, string)[] settings =
        [
            ("ConnectionStrings:ordersdb", admin.ConnectionString), ("Access:Owner", owner), ("Access:OwnerPassword", "one"),
            ("Access:ServicePassword", "two"), ("Database:ServiceRole", service),
        ];
        await GrantAsync(settings);
        await using var database = NpgsqlDataSource.Create(admin.ConnectionString);
        // Left from a time when the administrator's login was used for everything.
        await database.ScalarAsync("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
        await GrantAsync(settings);

        await using var api = new ApiFactory(
            new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Username = service, Password = "two" }.ConnectionString,
            demo: true,
            environment: "Production",
            ("ConnectionStrings:ordersdb-migrations", new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Username = owner, Password = "one" }.ConnectionString),
            ("Database:ServiceRole", service));
        await api.IsReadyAsync(TestContext.Current.CancellationToken);
        using var client = api.CreateClient();

        Assert.Equal(17, await client.PlaceOrderAsync());
        Assert.Equal(
            $"{owner}|{owner}|{owner}|false",
            await database.ScalarAsync($"""
                SELECT (SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname = 'public')
                    || '|' || (SELECT string_agg(DISTINCT pg_get_userbyid(proowner), ',') FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
                    || '|' || (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())
                    || '|' || (SELECT bool_or(rolsuper OR rolcreaterole OR rolcreatedb) FROM pg_roles WHERE rolname IN ('{owner}', '{service}'))
                """));
    }

    [Fact]
    public async Task Database_rejects_other_logins()
    {
        var connection = await postgres.CreateDatabaseAsync();
        var (owner, service, other) = ($"owner_{Guid.NewGuid():N}", $"service_{Guid.NewGuid():N}", $"other_{Guid.NewGuid():N}");
        await GrantAsync(
            ("ConnectionStrings:ordersdb", connection), ("Access:Owner", owner), ("Access:OwnerPassword", "one"),
            ("Access:ServicePassword", "two"), ("Database:ServiceRole", service));
        await using var admin = NpgsqlDataSource.Create(connection);
        await admin.ScalarAsync($"CREATE ROLE {other} LOGIN");

        await using var stranger = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Username = other }.ConnectionString);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => stranger.ScalarAsync("SELECT 1"));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Verifier_equals_the_one_of_postgres()
    {
        await using var admin = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var role = $"login_{Guid.NewGuid():N}";
        await admin.ScalarAsync($"SET password_encryption = 'scram-sha-256'; CREATE ROLE {role} PASSWORD 'pa''s~s$1'");
        var known = (string)(await admin.ScalarAsync($"SELECT rolpassword FROM pg_authid WHERE rolname = '{role}'"))!;

        var (iterations, salt) = (known.Split('$', ':')[1], known.Split('$', ':')[2]);
        Assert.Equal(known, ScramVerifier.Create("pa's~s$1", Convert.FromBase64String(salt), int.Parse(iterations, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Values_of_a_block_do_not_stay_in_the_session()
    {
        await using var database = NpgsqlDataSource.Create($"{await postgres.CreateDatabaseAsync()};Maximum Pool Size=1;No Reset On Close=true");

        await database.RunAsync(
            "DO $$ BEGIN ASSERT current_setting('access.verifier') = 'hush'; END $$",
            TestContext.Current.CancellationToken,
            ("verifier", "hush"));

        Assert.Equal("", await database.ScalarAsync("SELECT coalesce(current_setting('access.verifier', true), '')"));
    }

    /// <summary>The connection string of a login with these attributes.</summary>
    private async Task<string> AdministratorAsync(string attributes)
    {
        var connection = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync());
        var name = $"administrator_{Guid.NewGuid():N}";
        await using var superuser = NpgsqlDataSource.Create(connection.ConnectionString);
        await superuser.ScalarAsync($"CREATE ROLE {name} LOGIN {attributes}");
        connection.Username = name;
        return connection.ConnectionString;
    }

    private static async Task GrantAsync(params (string Key, string Value)[] settings)
    {
        var (exitCode, error) = await GrantAccess.RunAsync(GrantAccess.Settings(settings));
        Assert.True(exitCode == 0, error);
    }

    /// <summary>The function that servers on Azure have in their database postgres.</summary>
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

    private sealed class KnownToken : TokenCredential
    {
        public ConcurrentBag<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.Add(Assert.Single(requestContext.Scopes));
            return new AccessToken("token", DateTimeOffset.UtcNow.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
