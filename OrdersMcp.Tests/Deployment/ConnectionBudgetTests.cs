using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Npgsql;
using OrdersMcp.Api.Data.Setup;

namespace OrdersMcp.Tests.Deployment;

/// <summary>All replicas together never need more connections than the database has, even while one revision replaces another.</summary>
[Trait("Category", "Postgres")]
public sealed partial class ConnectionBudgetTests
{
    [Theory]
    [InlineData("Standard_B1ms", 2)]
    [InlineData("Standard_B2s", 30)]
    [InlineData("Standard_D2ds_v5", 6)]
    [InlineData("Standard_D2ds_v5", 30)]
    public async Task Connections_of_all_replicas_fit_the_server(string sku, int replicas)
    {
        var connections = await ConnectionsAsync(sku, replicas);

        Assert.InRange(connections, DatabaseConnections.Fewest, DatabaseConnections.Most);
        var pools = Pools(connections);
        Assert.True(pools.Service + pools.Background <= connections, $"{pools} in {connections}");
        // Both revisions, the two jobs, the owner of each revision, and a person.
        Assert.True(2 * replicas * connections + 5 <= UserConnections(sku), $"{connections} connections for each of {replicas} replicas on {sku}");
    }

    [Fact]
    public async Task Too_many_replicas_for_a_server_end_the_deployment_with_the_settings_to_change()
    {
        using var folder = Bicep.Copy();

        var (exitCode, output, error) = await Bicep.RunAsync(
            folder.Path, ["snapshot", "api.bicepparam", "--mode", "overwrite", "--subscription-id", Bicep.Subscription, "--resource-group", "rg"],
            ("DATABASE_SKU", "Standard_B1ms"), ("API_MAX_REPLICAS", "3"));

        Assert.NotEqual(0, exitCode);
        Assert.Contains("DATABASE_SKU", output + error, StringComparison.Ordinal);
        Assert.Contains("API_MAX_REPLICAS", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, 4, 2)]
    [InlineData(12, 9, 3)]
    [InlineData(54, 50, 4)]
    public void Pools_share_the_connections_of_an_instance(int connections, int service, int background) =>
        Assert.Equal((service, background), Pools(connections));

    [Fact]
    public void Background_work_uses_the_direct_connection_where_there_is_one()
    {
        var options = new DatabaseOptions { Connection = "Host=pooler;Port=6432", Direct = "Host=database" };
        var connections = new DatabaseConnections(Options.Create(options));

        Assert.Equal("pooler", new NpgsqlConnectionStringBuilder(connections.Service).Host);
        Assert.Equal("database", new NpgsqlConnectionStringBuilder(connections.Background).Host);
        Assert.Contains("role=orders_service", new NpgsqlConnectionStringBuilder(connections.Background).Options, StringComparison.Ordinal);
    }

    [Fact]
    public void Login_that_is_the_role_needs_no_startup_option_that_a_pooler_refuses()
    {
        var options = new DatabaseOptions { Connection = "Host=pooler;Username=orders_service", Direct = "Host=database;Username=api" };
        var connections = new DatabaseConnections(Options.Create(options));

        Assert.Null(new NpgsqlConnectionStringBuilder(connections.Service).Options);
        Assert.Contains("role=orders_service", new NpgsqlConnectionStringBuilder(connections.Background).Options, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=database", null, 50)]
    [InlineData("Host=pooler", "Host=database", 0)]
    [InlineData("Host=pooler;Max Auto Prepare=20", "Host=database", 20)] // for PgBouncer 1.21
    public void Statements_are_prepared_unless_a_pooler_shares_the_connections(string connection, string? direct, int prepared) => Assert.Equal(
        prepared,
        new NpgsqlConnectionStringBuilder(new DatabaseConnections(Options.Create(
            new DatabaseOptions { Connection = connection, Direct = direct })).Service).MaxAutoPrepare);

    private static (int Service, int Background) Pools(int count)
    {
        var connections = new DatabaseConnections(Options.Create(new DatabaseOptions { Connection = "Host=localhost", Connections = count }));
        return (Size(connections.Service), Size(connections.Background));

        static int Size(string text) => new NpgsqlConnectionStringBuilder(text).MaxPoolSize;
    }

    private static async Task<int> ConnectionsAsync(string sku, int replicas)
    {
        var resources = await Bicep.PredictAsync("api", ("DATABASE_SKU", sku), ("API_MAX_REPLICAS", replicas.ToString(CultureInfo.InvariantCulture)));
        var app = resources.Single(resource => (string)resource["type"]! == "Microsoft.App/containerApps");
        var template = app["properties"]!["template"]!;
        Assert.Equal(replicas, (int)template["scale"]!["maxReplicas"]!);
        var environment = template["containers"]![0]!["env"]!.AsArray();
        return int.Parse(
            (string)environment.Single(variable => (string)variable!["name"]! == "Database__Connections")!["value"]!, CultureInfo.InvariantCulture);
    }

    private static int UserConnections(string sku) => int.Parse(
        Row().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "infra", "shared.bicep")))
            .Single(row => row.Groups["sku"].Value == sku).Groups["count"].Value,
        CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^  (?<sku>Standard_\w+): (?<count>\d+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex Row();
}
