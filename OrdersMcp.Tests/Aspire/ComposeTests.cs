using YamlDotNet.RepresentationModel;

namespace OrdersMcp.Tests.Aspire;

/// <summary>What is published for Docker Compose.</summary>
public sealed class ComposeTests
{
    private const string Snapshot = "Aspire/Snapshots/docker-compose.yaml";
    private static readonly string[] Secrets =
        ["MCP_SIGNING_KEY", "SERVICE_KEY", "POSTGRES_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_SERVICE_PASSWORD"];

    private const string Update = "ORDERSMCP_UPDATE_SNAPSHOT";

    /// <summary>Set ORDERSMCP_UPDATE_SNAPSHOT=1 to accept a change on purpose.</summary>
    [Fact]
    public async Task Compose_file_is_the_committed_one()
    {
        using var published = await PublishedFiles.ComposeAsync();
        var file = published.Read("docker-compose.yaml");
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            var source = new DirectoryInfo(AppContext.BaseDirectory);
            while (source is not null && !File.Exists(Path.Combine(source.FullName, "OrdersMcp.sln")))
            {
                source = source.Parent;
            }

            await File.WriteAllTextAsync(
                Path.Combine(source!.FullName, "OrdersMcp.Tests", Snapshot), file, TestContext.Current.CancellationToken);
        }
        else
        {
            var committed = await File.ReadAllTextAsync(
                Path.Combine(AppContext.BaseDirectory, Snapshot), TestContext.Current.CancellationToken);
            Assert.Equal(committed.ReplaceLineEndings("\n"), file);
        }
    }

    [Fact]
    public async Task Only_the_mcp_server_and_the_dashboard_have_a_port_of_the_machine()
    {
        using var published = await PublishedFiles.ComposeAsync();

        var open = Services(published).Where(service => Has(service.Value, "ports")).Select(service => service.Key);

        Assert.Equal(["compose-dashboard", "mcp"], open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Secrets_are_asked_for_and_not_in_the_files()
    {
        using var published = await PublishedFiles.ComposeAsync(
            "--Parameters:mcp-signing-key=canary-signing-key", "--Parameters:service-key=canary-service-key",
            "--Parameters:postgres-password=canary-password", "--Parameters:database-owner-password=canary-owner-password",
            "--Parameters:database-service-password=canary-service-password");

        var (file, environment) = (published.Read("docker-compose.yaml"), published.Read(".env"));
        Assert.DoesNotContain("canary", file + environment, StringComparison.Ordinal);
        Assert.All(Secrets, name =>
        {
            Assert.Contains($"{name}=\n", environment, StringComparison.Ordinal);
            Assert.Contains($"${{{name}}}", file, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Services_wait_for_a_healthy_database_send_telemetry_and_leave_the_inspector_out()
    {
        using var published = await PublishedFiles.ComposeAsync();
        var services = Services(published);

        Assert.Equal(["api", "compose-dashboard", "database-access", "mcp", "postgres"], services.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("service_healthy", services["database-access"]["depends_on"]["postgres"]["condition"].ToString());
        Assert.Equal("service_completed_successfully", services["api"]["depends_on"]["database-access"]["condition"].ToString());
        Assert.All([services["api"], services["mcp"]], service =>
            Assert.Equal("http://compose-dashboard:18889", service["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"].ToString()));
    }

    [Fact]
    public async Task Superuser_is_known_to_the_database_and_to_the_job_that_lets_the_api_in()
    {
        using var published = await PublishedFiles.ComposeAsync();
        var services = Services(published);

        var knowing = services.Where(service => $"{service.Value}".Contains("POSTGRES_PASSWORD", StringComparison.Ordinal)).Select(service => service.Key);
        Assert.Equal(["database-access", "postgres"], knowing.Order(StringComparer.Ordinal));
        Assert.Equal(services["api"]["image"], services["database-access"]["image"]);
        Assert.Contains("Username=orders_service;", services["api"]["environment"]["ConnectionStrings__ordersdb"].ToString(), StringComparison.Ordinal);
        Assert.Contains("Username=orders_owner;", services["api"]["environment"]["ConnectionStrings__ordersdb-migrations"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_call_is_in_the_file_where_it_is_set()
    {
        using var published = await PublishedFiles.ComposeAsync(
            "--Parameters:oauth-issuer=https://login.example.com", "--Parameters:oauth-audience=https://mcp.example.com/mcp");

        var environment = Services(published)["mcp"]["environment"];
        Assert.Equal("${OAUTH_ISSUER}", environment["Authentication__Schemes__Bearer__Authority"].ToString());
        Assert.Equal("${OAUTH_AUDIENCE}", environment["Authentication__Schemes__Bearer__ValidAudiences__0"].ToString());
        Assert.Equal("${OAUTH_AUDIENCE}", environment["Authentication__Resource"].ToString());
    }

    [Fact]
    public async Task Servers_address_is_another_than_the_audience_where_it_is_set()
    {
        using var published = await PublishedFiles.ComposeAsync(
            "--Parameters:oauth-audience=11111111-2222-3333-4444-555555555555", "--Parameters:oauth-resource=https://mcp.example.com/mcp");

        var environment = Services(published)["mcp"]["environment"];
        Assert.Equal("${OAUTH_AUDIENCE}", environment["Authentication__Schemes__Bearer__ValidAudiences__0"].ToString());
        Assert.Equal("${OAUTH_RESOURCE}", environment["Authentication__Resource"].ToString());
    }

    [Theory]
    [InlineData("", "orders.read")]
    [InlineData("orders.read orders.write", "orders.read", "orders.write")]
    public async Task Key_may_change_nothing_unless_its_scopes_say_so(string set, params string[] scopes)
    {
        using var published = await PublishedFiles.ComposeAsync(
            "--Parameters:api-key-hash=asked", $"--Parameters:api-key-scopes={set}");

        var environment = (YamlMappingNode)Services(published)["mcp"]["environment"];
        Assert.Equal("${API_KEY_HASH}", environment["Authentication__ApiKeys__0__Hash"].ToString());
        Assert.Contains("API_KEY_HASH=\n", published.Read(".env"), StringComparison.Ordinal); // a variable to fill
        Assert.Equal(scopes, environment.Children
            .Where(variable => $"{variable.Key}".StartsWith("Authentication__ApiKeys__0__Scopes__", StringComparison.Ordinal))
            .Select(variable => $"{variable.Value}"));
    }

    [Fact]
    public async Task Only_a_proxy_that_is_named_may_say_who_calls()
    {
        using var without = await PublishedFiles.ComposeAsync();
        using var with = await PublishedFiles.ComposeAsync("--Parameters:proxy-network=10.1.0.0/16");

        Assert.DoesNotContain("FORWARDEDHEADERS", without.Read("docker-compose.yaml") + with.Read("docker-compose.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy__", without.Read("docker-compose.yaml"), StringComparison.Ordinal);
        Assert.Equal("${PROXY_NETWORK}", Services(with)["mcp"]["environment"]["Proxy__Networks__0"].ToString());
    }

    private static Dictionary<string, YamlNode> Services(PublishedFiles published)
    {
        var yaml = new YamlStream();
        using var reader = new StringReader(published.Read("docker-compose.yaml"));
        yaml.Load(reader);
        return ((YamlMappingNode)yaml.Documents[0].RootNode["services"]).Children
            .ToDictionary(service => service.Key.ToString(), service => service.Value, StringComparer.Ordinal);
    }

    private static bool Has(YamlNode service, string name) => ((YamlMappingNode)service).Children.ContainsKey(new YamlScalarNode(name));
}
