using System.Diagnostics;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Capabilities;

namespace OrdersMcp.Tests.Conformance;

/// <summary>The official conformance suite against the product's endpoint.</summary>
[Trait("Category", "Postgres")]
public sealed class ConformanceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Endpoint_passes_what_2026_07_28_requires()
    {
        await using var server = await ConformanceServer.StartAsync();

        var (exitCode, output) = await RunAsync("--url", server.Endpoint, "--requirements", "2026-07-28");

        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [InlineData("json-schema-2020-12")]
    [InlineData("http-header-validation")]
    [InlineData("http-custom-header-server-validation")]
    public async Task Endpoint_passes_what_is_not_scored_yet(string scenario)
    {
        await using var server = await ConformanceServer.StartAsync();

        var (exitCode, output) = await RunAsync("--url", server.Endpoint, "--scenario", scenario, "--spec-version", "2026-07-28");

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("0 passed", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    public async Task Endpoint_passes_the_handshake_era(string version)
    {
        await using var server = await ConformanceServer.StartAsync();

        var (exitCode, output) = await RunAsync(
            "--url", server.Endpoint, "--spec-version", version, "--expected-failures", ExpectedFailures(version));

        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [InlineData("--requirements", "2026-07-28")]
    [InlineData("--spec-version", "2025-11-25")]
    [InlineData("--spec-version", "2025-06-18")]
    public async Task Product_with_its_own_tools_passes_every_scenario_that_applies(string scenarios, string version)
    {
        await using var api = await CapabilitiesApi.StartAsync();
        await using var server = await McpProcess.StartAsync(api.Address);

        var (exitCode, output) = await RunAsync(
            "--url", server.Endpoint.AbsoluteUri, scenarios, version, "--expected-failures", ExpectedFailures($"product-{version}"));

        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [InlineData("sep-2640-skills-enumeration")]
    [InlineData("sep-2640-skills-directory")]
    [InlineData("sep-2640-skills-manifest")]
    public async Task Product_serves_skills_as_their_extension_says(string scenario)
    {
        using var skills = SkillsDirectory.WithRefunds();
        await using var api = await CapabilitiesApi.StartAsync();
        await using var server = await McpProcess.StartAsync(api.Address, ("Mcp:Apis:0:Skills", skills.Path));

        var (exitCode, output) = await RunAsync(
            "--url", server.Endpoint.AbsoluteUri, "--scenario", scenario, "--spec-version", "2026-07-28", "--force"); // extensions have no version

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("0 passed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("SKIPPED", output, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", output, StringComparison.Ordinal);
    }

    private static string ExpectedFailures(string version) =>
        Path.Combine(AppContext.BaseDirectory, "Conformance", $"expected-failures-{version}.yml");

    internal static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var node = (await InstalledTools.InspectorAsync()).Node;
        var (exitCode, output, error) = await ProgramRun.RunAsync(
            new ProcessStartInfo(node, [await InstalledTools.ConformanceAsync(), "server", .. arguments]), Patience);
        return (exitCode, output + error);
    }
}
