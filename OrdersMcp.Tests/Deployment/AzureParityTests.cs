using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using OrdersMcp.McpServer.Audit;

namespace OrdersMcp.Tests.Deployment;

/// <summary>The AppHost's model and the Bicep describe the same system: a setting that only one of them has fails a test.</summary>
[Trait("Category", "Postgres")]
public sealed partial class AzureParityTests
{
    /// <summary>Settings for replicas on a network, which a developer's machine does not need.</summary>
    private static readonly Dictionary<string, string[]> OnlyInAzure = new(StringComparer.Ordinal)
    {
        ["api"] =
        [
            "Authentication__AcceptedServiceKeys__0", "Database__Connections", "Database__MigrateAtStart", "Shutdown__DrainSeconds",
        ],
        ["mcp"] = ["Audit__Directory", "Mcp__AcceptedSigningKeys__0", "Mcp__Sessions__Max", "Shutdown__DrainSeconds"],
    };

    private static readonly (string, string) Issuer = ("OAUTH_ISSUER", "https://login.example.com");

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Services_have_the_same_settings(string service)
    {
        var model = (await AppHostModel.SettingsAsync(service)).Keys;
        var azure = (await EnvironmentAsync(service)).Keys.Where(AppHostModel.IsSetting).Select(AppHostModel.WithoutScheme);

        Assert.Equal(model.Concat(OnlyInAzure[service]).Order(StringComparer.Ordinal), azure.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Secrets_of_the_model_are_those_of_the_vault(string service)
    {
        var model = await AppHostModel.SettingsAsync(service);
        var azure = await EnvironmentAsync(service);

        var secrets = model.Where(setting => setting.Value is "{service-key.value}" or "{mcp-signing-key.value}").ToArray();
        Assert.NotEmpty(secrets);
        Assert.All(secrets, setting => Assert.Contains(
            $"'{setting.Value.Trim('{', '}').Split('.')[0]}'", (string)azure[setting.Key]["secretRef"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Store_of_shared_limits_is_a_secret_of_the_vault_if_a_parameter_asks_for_it()
    {
        var without = await EnvironmentAsync("mcp");
        var with = await EnvironmentAsync("mcp", ("SHARED_LIMITS", "true"));

        Assert.DoesNotContain("ConnectionStrings__limits", without);
        Assert.Contains("'limits-connection'", (string)with["ConnectionStrings__limits"]["secretRef"]!, StringComparison.Ordinal);
        Assert.Equal(without.Count + 1, with.Count);
    }

    [Fact]
    public async Task Services_find_each_other_by_the_names_of_the_model()
    {
        var model = await AppHostModel.SettingsAsync("mcp");
        var azure = await EnvironmentAsync("mcp");

        Assert.Equal("{api.bindings.http.url}", model["services__api__http__0"]);
        Assert.Contains("https://api.internal.", (string)azure["services__api__https__0"]["value"]!, StringComparison.Ordinal);
        Assert.Contains("Database={1}", (string)(await EnvironmentAsync("api"))["ConnectionStrings__ordersdb"]["value"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api", "OrdersMcp.Api")]
    [InlineData("mcp", "OrdersMcp.McpServer")]
    public async Task Azd_deploys_the_projects_of_the_model(string service, string project)
    {
        var azd = Yaml.Read("azure.yaml");
        var app = (await Bicep.PredictAsync(service, Issuer)).Single(resource => (string)resource["type"]! == "Microsoft.App/containerApps");

        Assert.Equal(project, (string)azd["services"]![service]!["project"]!);
        Assert.Equal("containerapp", (string)azd["services"]![service]!["host"]!);
        Assert.Equal(service, (string)app["name"]!);
        Assert.Equal(service, (string)app["tags"]!["azd-service-name"]!);
    }

    [Fact]
    public void Hooks_are_programs_of_this_repository_and_await_the_jobs_of_the_template()
    {
        var azd = Yaml.Read("azure.yaml");
        var secrets = (string)azd["hooks"]!["postprovision"]!["run"]!;
        var database = Path.Combine("OrdersMcp.Api", (string)azd["services"]!["api"]!["hooks"]!["predeploy"]!["run"]!); // it runs in the project's folder

        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, secrets)), secrets);
        Assert.True(File.Exists(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, database))), database);
    }

    [Fact]
    public void Alert_of_lost_records_looks_for_the_messages_of_the_server()
    {
        var phrases = Phrase().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "infra", "modules", "alerts.bicep")))
            .Select(match => match.Groups["text"].Value).ToArray();
        var messages = typeof(AuditOptions).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(AuditOptions).Namespace)
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .Where(message => message?.Level == LogLevel.Error).Select(message => message!.Message).ToArray();

        Assert.Equal(2, phrases.Length);
        Assert.All(phrases, phrase => Assert.Contains(messages, message => message.Contains(phrase, StringComparison.Ordinal)));
        Assert.All(messages, message => Assert.Contains(phrases, phrase => message.Contains(phrase, StringComparison.Ordinal)));
    }

    private static async Task<Dictionary<string, JsonNode>> EnvironmentAsync(string service, params (string Key, string Value)[] more)
    {
        var resources = await Bicep.PredictAsync(
            service,
            [Issuer, ("OAUTH_AUDIENCE", "https://mcp.example.com/mcp"), ("API_KEY_HASH", "hmac-sha256:1:2:3"), ("API_KEY_SCOPES", "orders.read orders.write"), .. more]);
        return resources.Single(resource => (string)resource["type"]! == "Microsoft.App/containerApps")["properties"]!["template"]!["containers"]![0]!["env"]!
            .AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => variable!, StringComparer.Ordinal);
    }

    [GeneratedRegex("Log_s has \"(?<text>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Phrase();
}
