using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrdersMcp.Tests.Deployment;

/// <summary><c>deploy/compose</c> describes the system of the AppHost's model, in containers with few rights.</summary>
[Trait("Category", "Unit")]
public sealed partial class ComposeTests
{
    /// <summary>Settings that the AppHost's model does not have.</summary>
    private static readonly Dictionary<string, string[]> OnlyInCompose = new(StringComparer.Ordinal)
    {
        // The model has one login, and migrates at start.
        ["api"] =
        [
            "Authentication__AcceptedServiceKeys__0", "ConnectionStrings__ordersdb-migrations", "Database__AllowPlaintext", "Database__Connections",
            "Database__MigrateAtStart",
        ],
        ["mcp"] = ["Audit__Directory", "ConnectionStrings__limits", "Mcp__AcceptedSigningKeys__0"],
    };

    private static readonly JsonNode Compose = Yaml.Read("deploy", "compose", "compose.yaml");

    private static IEnumerable<(string Name, JsonNode Service)> Services =>
        Compose["services"]!.AsObject().Select(service => (service.Key, service.Value!));

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Services_have_the_settings_of_the_model(string service)
    {
        var model = (await AppHostModel.SettingsAsync(service)).Keys;
        var compose = EnvironmentOf(service).Keys.Concat(service == "mcp" ? Callers() : []).Where(AppHostModel.IsSetting);

        Assert.Equal(model.Concat(OnlyInCompose[service]).Order(StringComparer.Ordinal), compose.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Services_share_the_key_of_the_model_and_find_each_other()
    {
        var (api, mcp) = (await AppHostModel.SettingsAsync("api"), await AppHostModel.SettingsAsync("mcp"));

        Assert.Equal(api["Authentication__ServiceKey"], mcp["Mcp__Apis__0__ApiKey"]);
        Assert.StartsWith("${SERVICE_KEY", EnvironmentOf("api")["Authentication__ServiceKey"], StringComparison.Ordinal);
        Assert.StartsWith("${SERVICE_KEY", EnvironmentOf("mcp")["Mcp__Apis__0__ApiKey"], StringComparison.Ordinal);
        Assert.Equal($"http://api:{EnvironmentOf("api")["HTTP_PORTS"]}", EnvironmentOf("mcp")["services__api__http__0"]);
        Assert.Contains("api", EnvironmentOf("api")["AllowedHosts"].Split(';'));
    }

    [Fact]
    public void Compose_has_the_resources_of_the_model_with_the_dashboard_and_the_jobs() => Assert.Equal(
        ["api", "dashboard", "database", "database-access", "database-migrations", "inspector", "mcp"],
        Services.Select(service => service.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_container_is_read_only_without_capabilities_and_with_limits_of_memory_and_log() => Assert.All(Services, each =>
    {
        var service = each.Service;
        Assert.True((bool)service["read_only"]!, each.Name);
        Assert.Equal("""["ALL"]""", service["cap_drop"]!.ToJsonString());
        Assert.Null(service["cap_add"]);
        Assert.Null(service["privileged"]);
        Assert.Equal("""["no-new-privileges:true"]""", service["security_opt"]!.ToJsonString());
        Assert.Contains("/tmp", service["tmpfs"]!.AsArray().Select(path => (string)path!));
        Assert.EndsWith("m", (string)service["mem_limit"]!, StringComparison.Ordinal);
        Assert.Equal(("json-file", "10m", "3"), (
            (string)service["logging"]!["driver"]!, (string)service["logging"]!["options"]!["max-size"]!, (string)service["logging"]!["options"]!["max-file"]!));
        Assert.NotNull(service["restart"]);
    });

    [Fact]
    public void Ports_are_on_loopback_and_the_database_and_the_api_have_none()
    {
        var ports = Services.Where(each => each.Service["ports"] is not null)
            .ToDictionary(each => each.Name, each => (string)Assert.Single(each.Service["ports"]!.AsArray())!, StringComparer.Ordinal);

        Assert.Equal(["dashboard", "inspector", "mcp"], ports.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("127.0.0.1:18888:18888", ports["dashboard"]);
        Assert.Equal("127.0.0.1:6274:6274", ports["inspector"]);
        Assert.Equal("${MCP_ADDRESS:-127.0.0.1:5090}:8080", ports["mcp"]);
        Assert.True((bool)Compose["networks"]!["data"]!["internal"]!);
        Assert.Equal("""["data"]""", Compose["services"]!["database"]!["networks"]!.ToJsonString());
    }

    [Fact]
    public void Services_wait_for_the_health_of_those_before_them()
    {
        Assert.Equal("service_completed_successfully", Condition("api", "database-migrations"));
        Assert.Equal("service_completed_successfully", Condition("database-migrations", "database-access"));
        Assert.Equal("service_healthy", Condition("database-access", "database"));
        Assert.Equal("service_healthy", Condition("mcp", "api"));
        Assert.NotNull(Compose["services"]!["database"]!["healthcheck"]!["test"]);
        Assert.NotNull(Compose["services"]!["inspector"]!["healthcheck"]!["test"]);

        // The health checks of the services are in their images.
        var image = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deploy", "compose", "Dockerfile"));
        Assert.Contains("\"http://localhost:8080/health\"", image, StringComparison.Ordinal);
        Assert.Contains("USER 1654", image, StringComparison.Ordinal);

        static string Condition(string service, string other) => (string)Compose["services"]![service]!["depends_on"]![other]!["condition"]!;
    }

    [Fact]
    public void Every_variable_without_a_default_is_created_and_no_example_has_a_value()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deploy", "compose", "compose.yaml"));
        var required = Required().Matches(text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);
        var example = Lines(".env.example").Where(line => line.Length > 0 && !line.StartsWith('#')).ToArray();

        Assert.Equal(required.Order(StringComparer.Ordinal), example.Select(line => line.TrimEnd('=')).Order(StringComparer.Ordinal));
        Assert.All(example, line => Assert.EndsWith("=", line, StringComparison.Ordinal));
    }

    /// <summary>Docker 20.10, which Debian 12 has, refuses the interval, and Compose then starts nothing.</summary>
    [Fact]
    public void Health_checks_need_no_new_engine() => Assert.All(
        Services.Where(each => each.Service["healthcheck"] is not null), each => Assert.Null(each.Service["healthcheck"]!["start_interval"]));

    [Fact]
    public void Images_of_others_have_a_version() => Assert.All(
        Services.Where(each => each.Service["build"] is null), each => Assert.Matches(@":\d+\.\d+", (string)each.Service["image"]!));

    private static Dictionary<string, string> EnvironmentOf(string service) => Compose["services"]![service]!["environment"]!.AsObject()
        .ToDictionary(variable => variable.Key, variable => variable.Value!.ToString(), StringComparer.Ordinal);

    private static IEnumerable<string> Callers() => Lines("callers.env.example")
        .Where(line => line.Contains("__", StringComparison.Ordinal)).Select(line => line.TrimStart('#').Split('=')[0]);

    private static string[] Lines(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "deploy", "compose", file));

    [GeneratedRegex(@"\$\{(?<name>\w+)(:\?[^}]*)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Required();
}
