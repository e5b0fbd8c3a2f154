using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Api;

public sealed class OpenApiLintTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string Rules = Path.Combine(AppContext.BaseDirectory, "Tools", "openapi-lint", "redocly.yaml");

    [Fact]
    public async Task Document_has_nothing_that_the_linter_finds()
    {
        var folder = Directory.CreateTempSubdirectory("ordersmcp-lint-").FullName;
        var document = Path.Combine(folder, "v1.json");
        await File.WriteAllTextAsync(
            document,
            (await api.Client.GetOkAsync("/openapi/v1.json")).GetRawText(),
            TestContext.Current.CancellationToken);
        var linter = await InstalledTools.OpenApiLinterAsync();

        using var guardian = new Guardian(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        var (exitCode, output) = await Command.RunAsync(
            new Launch(Executable.Find("node")!, linter, "lint", document, "--config", Rules, "--format=stylish")
            {
                WorkingDirectory = folder,
                Environment = new Dictionary<string, string?>
                {
                    ["REDOCLY_TELEMETRY"] = "off",
                    ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true",
                },
            },
            guardian,
            TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, string.Join('\n', output));
        Directory.Delete(folder, recursive: true);
    }
}
