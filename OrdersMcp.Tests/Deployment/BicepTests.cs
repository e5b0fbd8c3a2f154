using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.Deployment;

/// <summary>The templates in <c>infra/</c> compile, and create what the documentation says.</summary>
[Trait("Category", "Postgres")]
public sealed class BicepTests
{
    private static readonly (string, string) Caller = ("OAUTH_ISSUER", "https://login.example.com");

    [Theory]
    [InlineData("main")]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Template_compiles_and_is_linted_without_a_warning(string template)
    {
        using var folder = Bicep.Copy();

        foreach (string[] command in new[] { new[] { "build", $"{template}.bicep" }, ["lint", $"{template}.bicep"], ["lint", $"{template}.bicepparam"] })
        {
            var (exitCode, output, error) = await Bicep.RunAsync(folder.Path, command, Caller);

            Assert.Equal((0, "", ""), (exitCode, output, error)); // the exit code does not reflect warnings
        }
    }

    [Fact]
    public async Task Only_the_mcp_server_is_external()
    {
        JsonObject[] all = [.. await Bicep.PredictAsync("main"), .. await Bicep.PredictAsync("api"), .. await Bicep.PredictAsync("mcp", Caller)];

        var ingresses = Of(all, "Microsoft.App/containerApps")
            .ToDictionary(app => (string)app["name"]!, app => (bool)app["properties"]!["configuration"]!["ingress"]!["external"]!, StringComparer.Ordinal);
        Assert.Equal(new Dictionary<string, bool>(StringComparer.Ordinal) { ["api"] = false, ["mcp"] = true }, ingresses);
        Assert.DoesNotContain(all, resource => resource["type"]!.ToString().EndsWith("/publicIPAddresses", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Database_is_private_takes_no_passwords_grows_and_is_locked()
    {
        var all = await Bicep.PredictAsync("main");

        var server = Assert.Single(Of(all, "Microsoft.DBforPostgreSQL/flexibleServers"))["properties"]!;
        Assert.Equal("Disabled", (string)server["network"]!["publicNetworkAccess"]!);
        Assert.NotNull(server["network"]!["delegatedSubnetResourceId"]);
        Assert.Equal("Disabled", (string)server["authConfig"]!["passwordAuth"]!);
        Assert.Equal("Enabled", (string)server["authConfig"]!["activeDirectoryAuth"]!);
        Assert.Equal("Enabled", (string)server["storage"]!["autoGrow"]!);
        Assert.Null(server["administratorLoginPassword"]);
        Assert.Empty(Of(all, "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules"));
        Assert.Equal("CanNotDelete", (string)Assert.Single(Of(all, "Microsoft.Authorization/locks"))["properties"]!["level"]!);
        Assert.Empty(Of(await Bicep.PredictAsync("main", ("DATABASE_LOCK", "false")), "Microsoft.Authorization/locks"));
    }

    [Fact]
    public async Task Backups_follow_the_parameters()
    {
        var server = Assert.Single(Of(
            await Bicep.PredictAsync("main", ("BACKUP_RETENTION_DAYS", "35"), ("GEO_REDUNDANT_BACKUP", "true"), ("DATABASE_STORAGE_GB", "128"), ("ZONE_REDUNDANT", "true")),
            "Microsoft.DBforPostgreSQL/flexibleServers"))["properties"]!;

        Assert.Equal(35, (int)server["backup"]!["backupRetentionDays"]!);
        Assert.Equal("Enabled", (string)server["backup"]!["geoRedundantBackup"]!);
        Assert.Equal(128, (int)server["storage"]!["storageSizeGB"]!);
        Assert.Equal("ZoneRedundant", (string)server["highAvailability"]!["mode"]!);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Secrets_are_references_to_the_vault(string service)
    {
        var app = await AppAsync(service);

        var secrets = app["configuration"]!["secrets"]!.AsArray();
        Assert.NotEmpty(secrets);
        Assert.All(secrets, secret =>
        {
            Assert.Null(secret!["value"]);
            Assert.Contains("secretUriWithVersion", (string)secret["keyVaultUrl"]!, StringComparison.Ordinal);
        });
        var names = secrets.Select(secret => (string)secret!["name"]!).ToArray();
        var environment = Environment(app);
        Assert.Equal(names.Order(StringComparer.Ordinal), environment.Where(variable => variable["secretRef"] is not null)
            .Select(variable => (string)variable["secretRef"]!).Order(StringComparer.Ordinal));
        Assert.All(
            environment.Where(variable => ((string)variable["name"]!).EndsWith("Key", StringComparison.Ordinal) || ((string)variable["name"]!).Contains("Keys__0", StringComparison.Ordinal)),
            variable => Assert.Null(variable["value"]));
        Assert.DoesNotContain("Password=", app.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Probes_are_started_on_their_paths_and_let_in_by_the_host_filter(string service)
    {
        var app = await AppAsync(service);

        var container = app["template"]!["containers"]![0]!;
        var probes = container["probes"]!.AsArray().ToDictionary(probe => (string)probe!["type"]!, probe => probe!["httpGet"]!, StringComparer.Ordinal);
        Assert.Equal(["Liveness", "Readiness", "Startup"], probes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("/alive", "/health", "/alive"), ((string)probes["Startup"]["path"]!, (string)probes["Readiness"]["path"]!, (string)probes["Liveness"]["path"]!));
        var port = (int)app["configuration"]!["ingress"]!["targetPort"]!;
        Assert.All(probes.Values, probe =>
        {
            Assert.Equal(port, (int)probe["port"]!);
            Assert.Equal(("Host", "localhost"), ((string)probe["httpHeaders"]![0]!["name"]!, (string)probe["httpHeaders"]![0]!["value"]!));
        });
        Assert.Contains(";localhost", ValueOf(app, "AllowedHosts"), StringComparison.Ordinal);
        Assert.Equal($"{port}", ValueOf(app, "HTTP_PORTS"));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Replica_that_stops_has_time_to_drain_after_its_readiness_has_failed(string service)
    {
        var app = await AppAsync(service);

        var readiness = app["template"]!["containers"]![0]!["probes"]!.AsArray().Single(probe => (string)probe!["type"]! == "Readiness")!;
        var drain = int.Parse(ValueOf(app, "Shutdown__DrainSeconds"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(drain > (int)readiness["periodSeconds"]! * (int)readiness["failureThreshold"]!);
        Assert.True((int)app["template"]!["terminationGracePeriodSeconds"]! >= drain + 30);
        Assert.NotNull(app["template"]!["scale"]!["rules"]![0]!["http"]!["metadata"]!["concurrentRequests"]);
        Assert.True((int)app["template"]!["scale"]!["minReplicas"]! >= 2);
    }

    [Fact]
    public async Task Each_identity_has_the_roles_that_it_needs_and_the_administrator_is_of_one_job()
    {
        var all = await Bicep.PredictAsync("main", ("AZURE_PRINCIPAL_ID", "00000000-0000-0000-0000-00000000000a"));

        Assert.Equal(["api-identity", "database-administrator", "mcp-identity"],
            Of(all, "Microsoft.ManagedIdentity/userAssignedIdentities").Select(identity => (string)identity["name"]!).Order(StringComparer.Ordinal));
        var roles = Of(all, "Microsoft.Authorization/roleAssignments").Select(role => role["properties"]!).Select(role =>
            (Role: ((string)role["roleDefinitionId"]!).Split('/')[^1], Who: NameIn((string)role["principalId"]!))).Order().ToArray();
        Assert.Equal(
            new[]
            {
                ("4633458b-17de-408a-b874-0445c86b69e6", "api-identity"), // Key Vault Secrets User
                ("4633458b-17de-408a-b874-0445c86b69e6", "mcp-identity"),
                ("7f951dda-4ed3-4680-a7ca-43fe172d538d", "api-identity"), // AcrPull
                ("7f951dda-4ed3-4680-a7ca-43fe172d538d", "database-administrator"),
                ("7f951dda-4ed3-4680-a7ca-43fe172d538d", "mcp-identity"),
                ("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "00000000-0000-0000-0000-00000000000a"), // Key Vault Secrets Officer: who deploys
            },
            roles);
        Assert.Equal(
            [("database-access", "grant-access", "database-administrator"), ("database-migrations", "migrate", "api-identity")],
            Of(all, "Microsoft.App/jobs").Select(job => (
                (string)job["name"]!,
                (string)job["properties"]!["template"]!["containers"]![0]!["args"]![0]!,
                Assert.Single(job["identity"]!["userAssignedIdentities"]!.AsObject()).Key.Split('/')[^1])).Order());
    }

    [Fact]
    public async Task Alerts_watch_failures_audit_connections_and_disk_and_tell_whoever_is_named()
    {
        JsonObject[] all =
        [
            .. await Bicep.PredictAsync("main", ("ALERT_EMAIL", "ops@example.com")),
            .. await Bicep.PredictAsync("api", ("ALERT_EMAIL", "ops@example.com")),
            .. await Bicep.PredictAsync("mcp", ("ALERT_EMAIL", "ops@example.com"), Caller),
        ];

        Assert.Equal(
            ["api-failures", "audit-lost", "database-connections", "database-disk", "mcp-failures"],
            all.Where(resource => (string)resource["type"]! is "Microsoft.Insights/metricAlerts" or "Microsoft.Insights/scheduledQueryRules")
                .Select(alert => (string)alert["name"]!).Order(StringComparer.Ordinal));
        Assert.Single(Of(all, "Microsoft.Insights/actionGroups"));
        Assert.All(Of(all, "Microsoft.Insights/metricAlerts"), alert => Assert.Single(alert["properties"]!["actions"]!.AsArray()));
        Assert.Empty(Of(await Bicep.PredictAsync("main"), "Microsoft.Insights/actionGroups"));
    }

    [Theory]
    [InlineData("false", 0)]
    [InlineData("true", 1)]
    public async Task Application_insights_is_there_when_it_is_asked_for(string setting, int count)
    {
        var main = await Bicep.PredictAsync("main", ("APPLICATION_INSIGHTS", setting));
        var api = await Bicep.PredictAsync("api", ("APPLICATION_INSIGHTS", setting));

        Assert.Equal(count, Of(main, "Microsoft.Insights/components").Length);
        Assert.Equal(count, Environment(Of(api, "Microsoft.App/containerApps")[0]["properties"]!.AsObject())
            .Count(variable => (string)variable["name"]! == "APPLICATIONINSIGHTS_CONNECTION_STRING"));
    }

    [Fact]
    public async Task Nobody_who_could_call_the_server_ends_the_deployment()
    {
        using var folder = Bicep.Copy();

        var (exitCode, output, error) = await Bicep.RunAsync(
            folder.Path, ["snapshot", "mcp.bicepparam", "--mode", "overwrite", "--subscription-id", Bicep.Subscription, "--resource-group", "rg"]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("OAUTH_ISSUER or API_KEY_HASH", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Own_name_is_the_audience_and_an_allowed_host()
    {
        var app = Of(await Bicep.PredictAsync("mcp", Caller, ("MCP_HOST_NAME", "mcp.example.com"), ("MCP_CERTIFICATE_ID", "/certificates/c")), "Microsoft.App/containerApps")[0]["properties"]!.AsObject();

        Assert.Equal("https://mcp.example.com/mcp", ValueOf(app, "Authentication__Resource"));
        Assert.Equal("https://mcp.example.com/mcp", ValueOf(app, "Authentication__Schemes__Bearer__ValidAudiences__0"));
        Assert.Contains("'mcp.example.com'", ValueOf(app, "AllowedHosts"), StringComparison.Ordinal);
        Assert.Equal("SniEnabled", (string)app["configuration"]!["ingress"]!["customDomains"]![0]!["bindingType"]!);
    }

    [Fact]
    public async Task Key_of_an_agent_becomes_settings_and_replaces_the_issuer()
    {
        var app = Of(await Bicep.PredictAsync("mcp", ("API_KEY_HASH", "hmac-sha256:1:2:3"), ("API_KEY_SCOPES", "orders.read orders.write")), "Microsoft.App/containerApps")[0]["properties"]!.AsObject();

        Assert.Equal("hmac-sha256:1:2:3", ValueOf(app, "Authentication__ApiKeys__0__Hash"));
        Assert.Equal("orders.write", ValueOf(app, "Authentication__ApiKeys__0__Scopes__1"));
        Assert.DoesNotContain(Environment(app), variable => ((string)variable["name"]!).Contains("Bearer", StringComparison.Ordinal));
    }

    private static async Task<JsonObject> AppAsync(string service) =>
        Assert.Single(Of(await Bicep.PredictAsync(service, Caller), "Microsoft.App/containerApps"))["properties"]!.AsObject();

    private static JsonObject[] Of(IEnumerable<JsonObject> resources, string type) =>
        [.. resources.Where(resource => (string)resource["type"]! == type)];

    private static JsonNode[] Environment(JsonObject app) => [.. app["template"]!["containers"]![0]!["env"]!.AsArray().Select(variable => variable!)];

    private static string ValueOf(JsonObject app, string name) => (string)Environment(app).Single(variable => (string)variable["name"]! == name)["value"]!;

    /// <summary>The identity in an expression for its object id, which exists only after the deployment.</summary>
    private static string NameIn(string principal) =>
        principal.StartsWith('[') ? principal.Split("userAssignedIdentities/")[1].Split('\'')[0] : principal;
}
