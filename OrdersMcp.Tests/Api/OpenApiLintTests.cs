using System.Diagnostics;
using OrdersMcp.AppHost.Local;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class OpenApiLintTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Rules = Path.Combine(AppContext.BaseDirectory, "Tools", "openapi-lint", "redocly.yaml");

    [Fact]
    public async Task Document_passes_the_linter()
    {
        var folder = Directory.CreateTempSubdirectory("ordersmcp-lint-").FullName;
        var document = Path.Combine(folder, "v1.json");
        await File.WriteAllTextAsync(
            document,
            (await api.Client.GetOkAsync("/openapi/v1.json")).GetRawText(),
            TestContext.Current.CancellationToken);
        var linter = await InstalledTools.OpenApiLinterAsync();

        var (exitCode, output, errors) = await ProgramRun.RunAsync(
            new ProcessStartInfo(Programs.Find("node")!, [linter, "lint", document, "--config", Rules, "--format=stylish"])
            {
                WorkingDirectory = folder,
                Environment = { ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true" },
            },
            Patience);

        Assert.True(exitCode == 0, output + errors);
        Directory.Delete(folder, recursive: true);
    }
}
