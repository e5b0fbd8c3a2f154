using System.Diagnostics;
using Npgsql;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Api;

/// <summary>Errors of <c>grant-access</c>.</summary>
[Trait("Category", "Postgres")]
public sealed class GrantAccessTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("with space")]
    [InlineData("grün")]
    public async Task Password_beyond_printable_ascii_is_rejected_with_advice(string password)
    {
        var settings = GrantAccess.Settings(
            ("ConnectionStrings:ordersdb", await postgres.CreateDatabaseAsync()), ("Access:OwnerPassword", password), ("Access:ServicePassword", "two"));

        var (exitCode, error) = await GrantAccess.RunAsync(settings);

        Assert.Equal(1, exitCode);
        Assert.Contains("openssl rand -hex 24", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Access:Owner", "SUPERUSER")]
    [InlineData("Access:Owner", "CREATEROLE")]
    [InlineData("Database:ServiceRole", "BYPASSRLS")]
    public async Task Administrator_is_not_made_a_login_of_the_api(string setting, string attribute)
    {
        var connection = await postgres.CreateDatabaseAsync();
        await using var admin = NpgsqlDataSource.Create(connection);
        var role = $"administrator_{Guid.NewGuid():N}";
        await admin.ScalarAsync($"CREATE ROLE {role} {attribute}");
        var other = setting == "Access:Owner" ? "Database:ServiceRole" : "Access:Owner";
        var settings = GrantAccess.Settings(
            ("ConnectionStrings:ordersdb", connection), ("Access:OwnerPassword", "one"), ("Access:ServicePassword", "two"),
            (setting, role), (other, $"other_{Guid.NewGuid():N}"));

        var (exitCode, error) = await GrantAccess.RunAsync(settings);

        Assert.Equal(1, exitCode);
        Assert.Contains(role, error, StringComparison.Ordinal);
        Assert.Contains(setting, error, StringComparison.Ordinal);
        Assert.Equal(
            true,
            await admin.ScalarAsync($"SELECT (rolsuper OR rolcreaterole OR rolbypassrls) AND NOT rolcanlogin FROM pg_roles WHERE rolname = '{role}'"));
    }

    [Theory]
    [InlineData("Username=u", "Database=ordersdb")]
    [InlineData("Database=x;Nonsense=1", "not a PostgreSQL connection string")]
    [InlineData("no connection string", "not a PostgreSQL connection string")]
    [InlineData("Database=x", "Access:Owner", "a b; DROP")]
    public async Task Invalid_setting_is_named(string connection, string named, string owner = "owner")
    {
        var settings = GrantAccess.Settings(
            ("ConnectionStrings:ordersdb", $"Host=127.0.0.1;{connection}"), ("Access:Owner", owner), ("Access:OwnerPassword", "one"),
            ("Access:ServicePassword", "two"));

        var (exitCode, error) = await GrantAccess.RunAsync(settings);

        Assert.Equal(2, exitCode);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setting_of_the_wrong_type_is_named()
    {
        var (exitCode, error) = await GrantAccess.RunAsync(GrantAccess.Settings((DatabaseTransport.AllowPlaintext, "perhaps")));

        Assert.Equal(2, exitCode);
        Assert.Contains(DatabaseTransport.AllowPlaintext, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", "false", 2)]
    [InlineData("Production", "true", 1)] // it tries to connect
    [InlineData("Development", "false", 1)]
    public async Task Administrators_password_does_not_leave_this_machine_without_tls(string environment, string allow, int expected)
    {
        var settings = GrantAccess.Settings(
            ("ConnectionStrings:ordersdb", "Host=192.0.2.1;Username=u;Password=hush;Database=ordersdb;Timeout=1"), ("Access:OwnerPassword", "one"),
            ("Access:ServicePassword", "two"), (DatabaseTransport.AllowPlaintext, allow));

        var (exitCode, error) = await GrantAccess.RunAsync(settings, GrantAccess.In(environment));

        Assert.Equal(expected, exitCode);
        Assert.Equal(expected == 2, error.Contains("SSL Mode=VerifyFull", StringComparison.Ordinal));
        Assert.DoesNotContain("hush", error, StringComparison.Ordinal);
    }

    /// <summary>The command must not start a web server with the administrator's connection.</summary>
    [Fact]
    public async Task Grant_access_with_settings_does_not_start_the_server()
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.Api"), "grant-access", "--Access:Role=r"])
        {
            Environment = { ["ConnectionStrings__ordersdb"] = "Host=127.0.0.1;Port=1;Database=ordersdb" },
        };

        var (exitCode, _, error) = await ProgramRun.RunAsync(start, TimeSpan.FromMinutes(1));

        Assert.Equal(2, exitCode);
        Assert.Contains("Access__ObjectId", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_access_names_the_settings_that_it_needs()
    {
        var (exitCode, error) = await GrantAccess.RunAsync(GrantAccess.Settings());

        Assert.Equal(2, exitCode);
        Assert.Contains("Access__Role", error, StringComparison.Ordinal);
        Assert.Contains("Access__OwnerPassword", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_access_that_cannot_log_in_says_why()
    {
        var settings = GrantAccess.Settings(
            ("ConnectionStrings:ordersdb", "Host=127.0.0.1;Port=1;Username=u;Database=ordersdb"), ("Access:Role", "r"), ("Access:ObjectId", $"{Guid.NewGuid()}"));

        var (exitCode, error) = await GrantAccess.RunAsync(settings);

        Assert.Equal(1, exitCode);
        Assert.Contains("Failed to connect to 127.0.0.1:1", error, StringComparison.Ordinal);
    }
}
