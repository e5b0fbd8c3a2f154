using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Json.Schema;

namespace OrdersMcp.Tests.McpServer.Package;

/// <summary>The content of the server's package.</summary>
[Trait("Category", "Postgres")]
public sealed class PackageTests(PackedServer packed) : IClassFixture<PackedServer>
{
    [Fact]
    public async Task Package_is_a_tool_and_an_mcp_server()
    {
        var metadata = XDocument.Parse(await ReadAsync("OrdersMcp.McpServer.nuspec")).Root!.Elements().Single();
        var types = metadata.Descendants().Where(element => element.Name.LocalName == "packageType").Select(type => type.Attribute("name")!.Value);

        Assert.Equal(["DotnetTool", "McpServer"], types.Order(StringComparer.Ordinal));
        foreach (var file in new[] { "readme", "icon" })
        {
            Assert.NotEmpty(await ReadAsync(metadata.Elements().Single(element => element.Name.LocalName == file).Value));
        }
    }

    [Fact]
    public async Task Registry_entry_is_valid_by_its_schema()
    {
        var text = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "McpServer", "Package", "server.schema.json"), TestContext.Current.CancellationToken);
        var schema = JsonSchema.FromText(text);
        var entry = JsonNode.Parse(await ReadAsync(".mcp/server.json"))!;

        Assert.True(IsValid());
        Assert.Equal(JsonNode.Parse(text)!["$id"]!.ToString(), entry["$schema"]!.ToString());
        entry["packages"]![0]!["version"] = "latest";
        Assert.False(IsValid());

        bool IsValid() => schema.Evaluate(JsonSerializer.SerializeToElement(entry)).IsValid;
    }

    [Fact]
    public async Task Registry_entry_is_of_this_package()
    {
        var entry = JsonNode.Parse(await ReadAsync(".mcp/server.json"))!;
        var package = Assert.Single(entry["packages"]!.AsArray())!;

        Assert.Equal("OrdersMcp.McpServer", package["identifier"]!.ToString());
        Assert.Equal(packed.Version, package["version"]!.ToString());
        Assert.Equal(packed.Version, entry["version"]!.ToString());
    }

    [Fact]
    public async Task Readme_names_the_entry_and_this_version_alone()
    {
        var readme = await ReadAsync("README.md");

        Assert.Contains($"mcp-name: {JsonNode.Parse(await ReadAsync(".mcp/server.json"))!["name"]} ", readme, StringComparison.Ordinal);
        Assert.Equal(4, readme.Split(packed.Version).Length - 1);
        Assert.DoesNotMatch(@"OrdersMcp\.McpServer@(?!" + System.Text.RegularExpressions.Regex.Escape(packed.Version) + ")", readme);
    }

    private async Task<string> ReadAsync(string path)
    {
        await using var package = await ZipFile.OpenReadAsync(packed.File, TestContext.Current.CancellationToken);
        var entry = package.GetEntry(path);
        Assert.True(entry is not null, path);
        using var reader = new StreamReader(await entry.OpenAsync(TestContext.Current.CancellationToken));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
