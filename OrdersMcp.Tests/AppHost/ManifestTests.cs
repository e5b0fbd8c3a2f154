using System.Diagnostics;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.AppHost;

/// <summary>The manifest that the AppHost publishes, in its own process.</summary>
[Trait("Category", "Stack")]
public sealed class ManifestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Manifest_has_the_system_without_what_only_developers_need_and_no_secret()
    {
        var folder = Directory.CreateTempSubdirectory("ordersmcp-manifest-").FullName;
        try
        {
            var file = Path.Combine(folder, "manifest.json");
            var (exitCode, output, error) = await ProgramRun.RunAsync(
                new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.AppHost"), "--operation", "publish", "--publisher", "manifest", "--output-path", file]), Patience);
            Assert.True(exitCode == 0, output + error);

            var resources = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["resources"]!.AsObject();
            Assert.Equal("container.v0", resources["postgres"]!["type"]!.ToString());
            Assert.Equal("project.v0", resources["api"]!["type"]!.ToString());
            Assert.Equal("project.v0", resources["mcp"]!["type"]!.ToString());
            Assert.Null(resources["inspector"]);
            Assert.Equal("{ordersdb.connectionString}", resources["api"]!["env"]!["ConnectionStrings__ordersdb"]!.ToString());
            Assert.Equal("{api.bindings.http.url}", resources["mcp"]!["env"]!["services__api__http__0"]!.ToString());
            Assert.True((bool)resources["mcp"]!["bindings"]!["http"]!["external"]!);
            Assert.All(["service-key", "mcp-signing-key", "postgres-password"], name =>
                Assert.Equal($"{{{name}.inputs.value}}", resources[name]!["value"]!.ToString()));
            Assert.DoesNotContain(resources["api"]!["env"]!.AsObject(), variable => variable.Key is "DOTNET_ROOT" or "OTEL_EXPORTER_OTLP_TIMEOUT");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
