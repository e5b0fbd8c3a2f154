using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Invalid settings end the start with their names and without a stack trace.</summary>
[Trait("Category", "Postgres")]
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Mcp:Apis:0:Deprecated", "Never", "Mcp:Apis:0:Deprecated is 'Never'; it must be Mark or Omit.")]
    [InlineData("Mcp:Apis:0:Confirmation", "1", "Mcp:Apis:0:Confirmation is '1'; it must be Always or WhenSupported or Never.")]
    [InlineData("Mcp:Apis:0:ReadOnly", "yes", "Mcp:Apis:0:ReadOnly is 'yes'; it must be true or false.")]
    [InlineData("Mcp:Apis:0:Timeout", "10s", "Mcp:Apis:0:Timeout is '10s'; it must be a time such as 00:00:30.")]
    [InlineData("Mcp:Apis:0:Confirmations:x", "maybe", "Mcp:Apis:0:Confirmations:x is 'maybe'; it must be Always or WhenSupported or Never.")]
    [InlineData("Mcp:Apis:0:ExcludeTag", "a", "Mcp:Apis:0:ExcludeTag is not a setting. Did you mean 'ExcludeTags'?")]
    [InlineData("Mcp:Apis:0:ExcludeTags", "a", "Mcp:Apis:0:ExcludeTags takes several values: set Mcp:Apis:0:ExcludeTags:0.")]
    [InlineData("Mcp:Apis:0:Headers", "a", "Mcp:Apis:0:Headers takes several values: set Mcp:Apis:0:Headers:NAME.")]
    [InlineData("Mcp:Apis:0:Document:Url", "http://a", "Mcp:Apis:0:Document takes one value, and has several.")]
    [InlineData("Mcp:Apis:0", "orders", "Mcp:Apis:0 is a string; it takes settings of its own, such as Mcp:Apis:0:Name.")]
    [InlineData("Mcp:ToolsPerPage", "many", "Mcp:ToolsPerPage is 'many'; it must be a whole number.")]
    [InlineData("Mcp:RefreshEndpoint", "on", "Mcp:RefreshEndpoint is 'on'; it must be true or false.")]
    public void Invalid_value_is_named(string key, string value, string message)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => SettingsCheck.ThrowIfWrong(Configuration($$"""{ "{{key}}": "{{value}}" }""")));

        Assert.Equal(message, Assert.Single(exception.Failures));
    }

    [Fact]
    public void Unknown_key_lists_the_known_keys()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => SettingsCheck.ThrowIfWrong(Configuration("""{ "Mcp": { "Apis": [ { "Colour": "red" } ] } }""")));

        Assert.StartsWith("Mcp:Apis:0:Colour is not a setting. There are ApiKey, BaseAddress, BearerToken, ", Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => SettingsCheck.ThrowIfWrong(Configuration(
            """{ "Mcp": { "FirstLoadWait": "x", "Apis": [ { "Name": null, "OpenWorld": "x" }, { "deprecated": "x" } ] } }""")));

        Assert.Equal(
            ["Mcp:Apis:0:Name", "Mcp:Apis:0:OpenWorld", "Mcp:Apis:1:deprecated", "Mcp:FirstLoadWait"],
            exception.Failures.Select(failure => failure.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Valid_settings_are_bound_as_checked()
    {
        var configuration = Configuration(
            """
            { "Mcp": { "Limits": { "Read": { "Burst": 1 } }, "Path": "/x", "RefreshEndpoint": "", "Apis": [ {
              "name": "a", "Document": "http://a", "BaseAddress": null, "ExcludeTags": [], "IncludeOperations": ["x"], "Headers": { "X-A": "b" },
              "deprecated": "omit", "ReadOnly": true, "Timeout": "00:00:05", "Confirmations": { "x": "never" }
            } ] } }
            """);

        SettingsCheck.ThrowIfWrong(configuration);
        var api = Assert.Single(configuration.GetSection("Mcp").Get<OpenApiToolsOptions>()!.Apis);

        Assert.Equal(("a", DeprecatedOperations.Omit, true), (api.Name, api.Deprecated, api.ReadOnly));
    }

    [Theory]
    [InlineData("Mcp:Apis:0:Deprecated", "Never", "Mcp:Apis:0:Deprecated is 'Never'; it must be Mark or Omit.")]
    [InlineData("Mcp:Apis:0:Document", "nowhere", "Mcp:Apis:0:Document is 'nowhere', which is neither")]
    [InlineData("Mcp:MaxRequestBodyBytes", "much", "Mcp:MaxRequestBodyBytes")]
    [InlineData("Mcp:Apis:0:Skills", "/nowhere", "Mcp:Apis:0:Skills is '/nowhere', which is no folder.")]
    [InlineData("Mcp:Path", "mcp", "Mcp:Path must be a path such as /mcp")]
    [InlineData("Mcp:Limits:Read:Burst", "0", "Mcp:Limits:Read:Burst")]
    public async Task Server_reports_the_problem_and_ends(string key, string value, string said)
    {
        var (exitCode, output, error) = await McpProcess.RunAsync([], (key, value));

        AssertSaid(said, exitCode, output, error);
    }

    [Fact]
    public async Task Server_without_a_scheme_says_so_and_ends()
    {
        var (exitCode, output, error) = await McpProcess.RunAsync([], ("ASPNETCORE_ENVIRONMENT", "Production"));

        AssertSaid("Authentication:AllowAnonymous", exitCode, output, error);
    }

    [Fact]
    public async Task Server_over_stdio_reports_the_problem_and_ends()
    {
        var (exitCode, output, error) = await McpProcess.RunAsync(["--stdio"], ("Mcp:Apis:0:Timeouts", "00:00:01"));

        AssertSaid("Mcp:Apis:0:Timeouts is not a setting. Did you mean 'Timeout'?", exitCode, output, error);
    }

    [Fact]
    public async Task Console_in_production_has_no_line_for_each_call()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");

        Assert.DoesNotContain("Tool get_thing", await LogOfCallAsync(api, "Production"), StringComparison.Ordinal);
        Assert.Contains("Tool get_thing: ok", await LogOfCallAsync(api, "Development"), StringComparison.Ordinal);
    }

    private static async Task<string> LogOfCallAsync(TestApi api, string environment)
    {
        await using var server = await McpProcess.StartAsync(
            api.Address, ("ASPNETCORE_ENVIRONMENT", environment), ("Authentication:AllowAnonymous", "true"));
        Assert.Equal("a", (await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "a" }))["result"]!["structuredContent"]!["id"]!.ToString());
        await server.StopAsync();
        return server.Output;
    }

    private static void AssertSaid(string said, int exitCode, string output, string error)
    {
        Assert.Equal(2, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
}
