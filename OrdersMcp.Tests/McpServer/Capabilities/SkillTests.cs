using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>The extension <c>io.modelcontextprotocol/skills</c> (SEP-2640).</summary>
[Trait("Category", "Postgres")]
public sealed class SkillTests : IAsyncLifetime
{
    private const string Refunds = "skill://orders/issue-refunds";

    private readonly SkillsDirectory _skills = SkillsDirectory.WithRefunds();
    private CapabilitiesApi _api = null!;
    private McpApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await CapabilitiesApi.StartAsync();
        _server = McpApplication.Start(_api.Address, ("Mcp:Apis:0:Skills", _skills.Path), ("Mcp:RefreshInterval", "00:00:00.100"));
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
        _skills.Dispose();
    }

    [Fact]
    public async Task Server_declares_the_extension_with_directories()
    {
        var result = (await _server.AskAsync("server/discover", []))["result"]!;

        Assert.Equal("""{"directoryRead":true}""", result["capabilities"]!["extensions"]!["io.modelcontextprotocol/skills"]!.ToJsonString());
    }

    [Fact]
    public async Task List_has_the_skills_of_the_folder_and_the_texts_of_the_document()
    {
        var result = (await _server.AskAsync("skills/list", []))["result"]!;

        Assert.Equal(
            [$"{Refunds}/SKILL.md", "skill://orders/orders-api/SKILL.md"],
            result["skills"]!.AsArray().Select(skill => (string)skill!["uri"]!));
        Assert.Equal(
            """{"name":"issue-refunds","description":"Refund an order by the rules of the shop.","license":"MIT","metadata":{"version":"1.0"}}""",
            result["skills"]![0]!["frontmatter"]!.ToJsonString());
        Assert.Equal(("complete", 100, "public"), ((string)result["resultType"]!, (int)result["ttlMs"]!, (string)result["cacheScope"]!));
    }

    [Fact]
    public async Task Texts_of_the_document_are_in_its_skill()
    {
        var text = await TextAsync("skill://orders/orders-api/SKILL.md");

        Assert.StartsWith("---\nname: orders-api\ndescription: \"", text, StringComparison.Ordinal);
        Assert.EndsWith("---\n\nList before you get.\n\n# Things\n\nThere are things.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_file_of_a_skill_can_be_read_and_has_the_digest_of_its_bytes()
    {
        var files = (await GetAsync($"{Refunds}/SKILL.md"))["result"]!["skill"]!["resources"]!.AsArray();

        Assert.Equal(
            [$"{Refunds}/SKILL.md", $"{Refunds}/picture.png", $"{Refunds}/references/limits%20of%202026.md"],
            files.Select(file => (string)file!["uri"]!));
        foreach (var file in files)
        {
            var contents = (await _server.ReadAsync((string)file!["uri"]!))["result"]!["contents"]![0]!;
            var bytes = contents["text"] is { } text ? Encoding.UTF8.GetBytes((string)text!) : Convert.FromBase64String((string)contents["blob"]!);
            Assert.Equal((int)file["size"]!, bytes.Length);
            Assert.Equal((string)file["digest"]!, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");
        }
    }

    [Theory]
    [InlineData("skill://orders", $"{Refunds} inode/directory", "skill://orders/orders-api inode/directory")]
    [InlineData(Refunds, $"{Refunds}/SKILL.md text/markdown", $"{Refunds}/picture.png image/png", $"{Refunds}/references inode/directory")]
    [InlineData($"{Refunds}/references", $"{Refunds}/references/limits%20of%202026.md text/markdown")]
    public async Task Directory_has_its_direct_children(string uri, params string[] children)
    {
        var result = (await _server.AskAsync("resources/directory/read", new JsonObject { ["uri"] = uri }))["result"]!;

        Assert.Equal(children, result["resources"]!.AsArray().Select(child => $"{child!["uri"]} {child["mimeType"]}"));
        Assert.Equal("complete", (string)result["resultType"]!);
    }

    [Theory]
    [InlineData("skills/get", "skill://orders/unknown/SKILL.md")]
    [InlineData("skills/get", Refunds)]
    [InlineData("resources/directory/read", $"{Refunds}/SKILL.md")]
    [InlineData("resources/directory/read", "skill://")]
    [InlineData("resources/directory/read", $"{Refunds}/")]
    [InlineData("resources/read", $"{Refunds}/../issue-refunds/SKILL.md")]
    public async Task What_is_not_there_is_an_error_of_parameters(string method, string uri)
    {
        var answer = method == "resources/read" ? await _server.ReadAsync(uri) : await _server.AskAsync(method, new JsonObject { ["uri"] = uri });

        Assert.Equal(-32602, (int)answer["error"]!["code"]!);
    }

    [Fact]
    public async Task Changed_file_gives_another_digest()
    {
        var before = await GetAsync($"{Refunds}/SKILL.md");

        _skills.Write("issue-refunds/references/limits of 2026.md", "# Limits\n\n2000 EUR.\n");

        await Until.TrueAsync(
            async () => (await GetAsync($"{Refunds}/SKILL.md"))["result"]!.ToJsonString() != before["result"]!.ToJsonString(),
            TimeSpan.FromSeconds(30), () => "The digest is the same.");
        Assert.Contains("2000 EUR", await TextAsync($"{Refunds}/references/limits%20of%202026.md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other-name", "---\nname: some-name\ndescription: x\n---\n")]
    [InlineData("no-description", "---\nname: no-description\n---\n")]
    [InlineData("no-head", "# Title")]
    [InlineData("Capital", "---\nname: Capital\ndescription: x\n---\n")]
    [InlineData("no-yaml", "---\nname: [\n---\n")]
    [InlineData("a-list", "---\n- a\n---\n")]
    public async Task Folder_that_is_no_skill_is_left_out_and_the_others_are_served(string folder, string text)
    {
        _skills.Write($"{folder}/SKILL.md", text);
        _skills.Write("later/SKILL.md", "---\nname: later\ndescription: x\n---\n");

        await Until.TrueAsync(
            async () => (await GetAsync("skill://orders/later/SKILL.md"))["result"] is not null, TimeSpan.FromSeconds(30), () => "There is no later skill.");
        Assert.NotNull((await GetAsync($"skill://orders/{folder}/SKILL.md"))["error"]);
        Assert.NotNull((await GetAsync($"{Refunds}/SKILL.md"))["result"]);
    }

    [Fact]
    public async Task Links_out_of_the_folder_are_not_followed()
    {
        File.CreateSymbolicLink(Path.Combine(_skills.Path, "issue-refunds", "passwd"), "/etc/passwd");
        Directory.CreateSymbolicLink(Path.Combine(_skills.Path, "issue-refunds", "etc"), "/etc");
        _skills.Write("later/SKILL.md", "---\nname: later\ndescription: x\n---\n");

        await Until.TrueAsync(
            async () => (await GetAsync("skill://orders/later/SKILL.md"))["result"] is not null, TimeSpan.FromSeconds(30), () => "There is no later skill.");
        Assert.Equal(3, (await GetAsync($"{Refunds}/SKILL.md"))["result"]!["skill"]!["resources"]!.AsArray().Count);
    }

    [Fact]
    public async Task Revisions_with_a_handshake_do_not_have_the_extension()
    {
        await using var client = await _server.ConnectAsync("2025-11-25");

        var exception = await Assert.ThrowsAsync<ModelContextProtocol.McpProtocolException>(() =>
            client.SendRequestAsync(new ModelContextProtocol.Protocol.JsonRpcRequest { Method = "skills/list" }, TestContext.Current.CancellationToken));

        Assert.Equal(ModelContextProtocol.McpErrorCode.MethodNotFound, exception.ErrorCode);
        Assert.Null(client.ServerCapabilities.Extensions);
    }

    private Task<JsonObject> GetAsync(string uri) => _server.AskAsync("skills/get", new JsonObject { ["uri"] = uri });

    private async Task<string> TextAsync(string uri) => (string)(await _server.ReadAsync(uri))["result"]!["contents"]![0]!["text"]!;
}
