using Npgsql;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Tests.Api;

namespace OrdersMcp.Tests.Security;

[Trait("Category", "Unit")]
public sealed class DatabaseTransportTests
{
    [Theory]
    [InlineData("Host=db.example")]
    [InlineData("Host=db.example;SSL Mode=Prefer")]
    [InlineData("Host=db.example;SSL Mode=Allow")]
    [InlineData("Host=db.example;SSL Mode=Disable")]
    [InlineData("Host=localhost,db.example:5433")]
    [InlineData("Host=127.0.0.1.example")]
    [InlineData("Host=10.0.0.7:5432")]
    [InlineData("Host=[fd00::1]")]
    [InlineData("Database=ordersdb")]
    public void Plain_text_to_another_machine_is_rejected_with_advice(string connectionString)
    {
        var problem = DatabaseTransport.Problem("ordersdb", new NpgsqlConnectionStringBuilder(connectionString + ";Password=hush"));

        Assert.NotNull(problem);
        Assert.Contains("SSL Mode=VerifyFull", problem, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:ordersdb", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db.example;SSL Mode=VerifyFull")]
    [InlineData("Host=db.example;SSL Mode=Require")]
    [InlineData("Host=localhost:5433")]
    [InlineData("Host=127.0.0.1")]
    [InlineData("Host=::1")]
    [InlineData("Host=/var/run/postgresql")]
    public void Tls_and_this_machine_are_accepted(string connectionString) =>
        Assert.Null(DatabaseTransport.Problem("ordersdb", new NpgsqlConnectionStringBuilder(connectionString)));

    [Theory]
    [InlineData("ConnectionStrings:ordersdb")]
    [InlineData("ConnectionStrings:ordersdb-migrations")]
    public void Api_does_not_start_in_production_without_tls_to_its_database(string setting)
    {
        using var api = new ApiFactory("Host=127.0.0.1;Database=x", environment: "Production", settings: [(setting, "Host=192.0.2.1;Database=x")]);

        var failure = Assert.ThrowsAny<Exception>(api.CreateClient);

        Assert.Contains(setting, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(DatabaseTransport.AllowPlaintext, failure.ToString(), StringComparison.Ordinal);
    }
}
