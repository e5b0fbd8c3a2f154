using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>MCP Apps (2026-01-26): the HTML that clients show with the results of tools.</summary>
[Trait("Category", "Postgres")]
public sealed partial class AppTests(ApiFixture orders) : IClassFixture<ApiFixture>
{
    private const string Place = """<meta name=\"mcp-tools\" content=\"\">""";

    private static readonly string Document = CapabilitiesApi.Document
        .Replace("\"prompts\": [", $$"""
            "apps": [
              { "name": "thing", "title": "Thing", "html": "<!doctype html>{{Place}}<p>A thing</p>" },
              { "name": "No name", "html": "x" }, { "name": "empty", "html": "" }, { "name": "thing", "html": "again" }
            ],
            "prompts": [
            """, StringComparison.Ordinal)
        .Replace("\"x-mcp\": { \"resource\": { \"uri\": \"things://things", "\"x-mcp\": { \"app\": \"thing\", \"resource\": { \"uri\": \"things://things", StringComparison.Ordinal);

    [Fact]
    public async Task Tool_names_its_app_which_can_be_read()
    {
        await using var api = await CapabilitiesApi.StartAsync(Document);
        await using var server = McpApplication.Start(api.Address);

        var tool = (await server.AskAsync("tools/list", []))["result"]!["tools"]![0]!;
        var contents = (await server.ReadAsync((string)tool["_meta"]!["ui"]!["resourceUri"]!))["result"]!["contents"]![0]!;

        Assert.Equal("ui://orders/thing", (string)contents["uri"]!);
        Assert.Equal("text/html;profile=mcp-app", (string)contents["mimeType"]!);
        Assert.Equal("{}", contents["_meta"]!["ui"]!["csp"]!.ToJsonString());
        Assert.Equal("""<!doctype html><meta name="mcp-tools" content="get_thing"><p>A thing</p>""", (string)contents["text"]!);
    }

    [Fact]
    public async Task Apps_are_no_part_of_lists_and_of_the_document_that_models_read()
    {
        await using var api = await CapabilitiesApi.StartAsync(Document);
        await using var server = McpApplication.Start(api.Address);

        var resources = (await server.AskAsync("resources/list", []))["result"]!["resources"]!.AsArray();
        var document = JsonNode.Parse((string)(await server.ReadAsync("orders://openapi"))["result"]!["contents"]![0]!["text"]!)!;

        Assert.DoesNotContain(resources, resource => ((string)resource!["uri"]!).StartsWith("ui:", StringComparison.Ordinal));
        Assert.Null(document["x-mcp"]!["apps"]);
        Assert.NotNull(document["x-mcp"]!["prompts"]);
    }

    [Fact]
    public async Task Tool_without_its_app_is_a_tool_and_a_warning()
    {
        await using var api = await CapabilitiesApi.StartAsync(Document.Replace("\"app\": \"thing\"", "\"app\": \"other\"", StringComparison.Ordinal));
        await using var server = McpApplication.Start(api.Address);

        Assert.Null((await server.AskAsync("tools/list", []))["result"]!["tools"]![0]!["_meta"]);
        var (exitCode, output, error) = await ToolsProgram.RunAsync(["--document", $"{api.Address}/openapi/v1.json"]);
        Assert.Contains("Its app 'other' is none of x-mcp.apps", exitCode + output + error, StringComparison.Ordinal);
        Assert.Contains("apps[1] (No name) is no app", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apps_of_the_orders_api_need_nothing_from_elsewhere()
    {
        var apps = JsonNode.Parse((await orders.Client.GetOkAsync("/openapi/v1.json")).GetRawText())!["x-mcp"]!["apps"]!.AsArray();

        Assert.Equal(["order-card", "order-statistics"], apps.Select(app => (string)app!["name"]!));
        Assert.All(apps, app =>
        {
            var html = (string)app!["html"]!;
            Assert.Equal(
                $"default-src 'none'; script-src '{HashOf("script")}'; style-src '{HashOf("style")}'",
                Policy().Match(html).Groups["policy"].Value);
            Assert.Contains("<meta name=\"mcp-tools\" content=\"\">", html, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"(src|href)=|https?://(?!www\.w3\.org/2000/svg)|innerHTML|eval\(|fetch\(", html);

            string HashOf(string element)
            {
                var text = Regex.Match(html, $"<{element}>(?<text>.*?)</{element}>", RegexOptions.Singleline, TimeSpan.FromSeconds(1)).Groups["text"].Value;
                Assert.NotEmpty(text);
                return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
            }
        });
    }

    [GeneratedRegex("""Content-Security-Policy" content="(?<policy>[^"]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Policy();
}
