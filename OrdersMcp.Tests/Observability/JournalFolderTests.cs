using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>An unwritable journal folder, as on a read-only root file system, is reported as an invalid setting.</summary>
[Trait("Category", "Postgres")]
public sealed class JournalFolderTests
{
    [Theory]
    [InlineData("/proc/ordersmcp/audit")]
    [InlineData("/sys/ordersmcp/audit")]
    public async Task Folder_that_cannot_be_written_ends_the_start_with_one_line(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has folders that not even root can write.");

        var (exitCode, output, error) = await McpProcess.RunAsync([], ("Audit:Directory", folder));

        Assert.Equal(2, exitCode);
        var line = Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains(folder, line, StringComparison.Ordinal);
        Assert.Contains("Audit:Directory", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_does_not_matter_without_an_audit()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = await McpProcess.StartAsync(api.Address, "/proc/ordersmcp/audit", ("Audit:Api", ""));

        await Until.HealthyAsync(new Uri(server.Endpoint, "/health"));
    }
}
