using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrdersMcp.Tests.Aspire;

/// <summary>What azd and <c>aspire deploy</c> bring to Azure: the manifest and its Bicep files.</summary>
public sealed class AzureTests
{
    [Fact]
    public async Task Projects_are_deployed_by_bicep()
    {
        using var published = await PublishedFiles.ManifestAsync();
        var resources = Resources(published);

        Assert.All(["api", "mcp", "database-access"], name => Assert.Equal("project.v1", (string?)resources[name]!["type"]));
        Assert.Null(resources["inspector"]);
    }

    [Fact]
    public async Task Only_the_mcp_server_is_reached_from_outside()
    {
        using var published = await PublishedFiles.ManifestAsync();

        Assert.Contains("external: true", Bicep(published, "mcp"), StringComparison.Ordinal);
        Assert.DoesNotContain("external: true", Bicep(published, "api"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_have_probes_a_size_and_a_scale_rule()
    {
        using var published = await PublishedFiles.ManifestAsync("--Parameters:mcp-min-replicas=0", "--Parameters:mcp-max-replicas=7");
        var mcp = Bicep(published, "mcp");

        Assert.All(["path: '/health'", "path: '/alive'", "concurrentRequests: '40'", "memory: '1Gi'", "minReplicas: 0", "maxReplicas: 7"],
            text => Assert.Contains(text, mcp, StringComparison.Ordinal));
        Assert.Contains("minReplicas: 1", Bicep(published, "api"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_references()
    {
        using var published = await PublishedFiles.ManifestAsync();

        Assert.Matches(SecretReference("Mcp__SigningKey"), Bicep(published, "mcp"));
        Assert.Matches(SecretReference("Authentication__ServiceKey"), Bicep(published, "api"));
    }

    [Fact]
    public async Task Api_logs_in_to_the_database_with_its_identity_and_is_no_administrator_of_it()
    {
        using var published = await PublishedFiles.ManifestAsync();
        var administrators = Directory.GetFiles(published.Folder, "*.bicep", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("flexibleServers/administrators", StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file));

        Assert.All(administrators, file => Assert.StartsWith("database-administrator", file, StringComparison.Ordinal));
        Assert.NotEmpty(administrators);
        Assert.Contains("api-identity", (string?)Resources(published)["api"]!["env"]!["ConnectionStrings__ordersdb"], StringComparison.Ordinal);
        Assert.DoesNotContain("Password", (string?)Resources(published)["api"]!["env"]!["ConnectionStrings__ordersdb"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_has_no_public_address_and_no_password()
    {
        using var published = await PublishedFiles.ManifestAsync();
        var postgres = Bicep(published, "postgres");

        Assert.DoesNotContain("AllowAllAzureIps", postgres, StringComparison.Ordinal);
        Assert.DoesNotContain("firewallRules", postgres, StringComparison.Ordinal);
        Assert.Contains("publicNetworkAccess: 'Disabled'", postgres, StringComparison.Ordinal);
        Assert.Contains("passwordAuth: 'Disabled'", postgres, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Application_insights_gets_traces_and_logs_where_it_is_asked_for()
    {
        using var without = await PublishedFiles.ManifestAsync();
        using var with = await PublishedFiles.ManifestAsync("--Deployment:ApplicationInsights=true");

        Assert.Null(Resources(without)["insights"]);
        Assert.DoesNotContain("appInsights", Bicep(without, "apps"), StringComparison.OrdinalIgnoreCase);
        Assert.All(
            ["appInsightsConfiguration: {", "openTelemetryConfiguration: {", "tracesConfiguration: {", "logsConfiguration: {", "'appInsights'"],
            text => Assert.Contains(text, Bicep(with, "apps"), StringComparison.Ordinal));
        Assert.Contains("Microsoft.Insights/components@", Bicep(with, "insights"), StringComparison.Ordinal);
    }

    private static JsonNode Resources(PublishedFiles published) =>
        JsonNode.Parse(published.Read("aspire-manifest.json"))!["resources"]!;

    /// <summary>The Bicep of a resource, or of where a project is deployed.</summary>
    private static string Bicep(PublishedFiles published, string name)
    {
        var resource = Resources(published)[name]!;
        return published.Read((string)(resource["deployment"]?["path"] ?? resource["path"])!);
    }

    private static Regex SecretReference(string variable) => new(
        $@"name: '{variable}'\s+secretRef: ", RegexOptions.None, TimeSpan.FromSeconds(1));
}
