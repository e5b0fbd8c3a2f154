using System.Diagnostics;
using System.Runtime.CompilerServices;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Playground;

/// <summary>The tests of the page's own code, which run in Node.</summary>
[Trait("Category", "Postgres")]
public sealed class PageCodeTests
{
    [Fact]
    public async Task Tests_of_the_page_pass()
    {
        var web = WebFolder();
        var vitest = Path.Combine(web, "node_modules", "vitest", "vitest.mjs");
        Assert.SkipUnless(File.Exists(vitest), "The page is not built: the build found no Node.");

        var (exitCode, output, error) = await ProgramRun.RunAsync(
            new ProcessStartInfo("node", [vitest, "run", "--no-color"]) { WorkingDirectory = web }, TimeSpan.FromMinutes(2));

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("passed", output, StringComparison.Ordinal);
    }

    private static string WebFolder([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "OrdersMcp.Playground", "Web"));
}
