using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.AppHost.Embedded.Resources;

/// <summary>The MCP Inspector's web page, on loopback, behind a token, with the MCP server filled in.</summary>
internal sealed class McpInspector(
    int port, string mcpEndpoint, DataFolder data, ToolInstaller tools, Guardian guardian)
{
    // What a deep link calls its server. A list made by --server-url is read-only and the link cannot add to it; a
    // catalog that has the server already is connected to at once, and can say which protocol era to try.
    private const string DeepLinkServer = "deep-link";

    private InspectorProgram _program = new("", "");

    public string Url => $"http://localhost:{port}";

    public int Port => port;

    public string Token { get; } = DataFolder.NewSecret();

    /// <summary>Opens the page, and lets it connect by itself.</summary>
    public string Link => $"{Url}/?serverUrl={Uri.EscapeDataString(mcpEndpoint)}&transport=http&autoConnect={Token}";

    private string Folder => Path.Combine(data.Path, "inspector");

    private string CatalogPath => Path.Combine(Folder, "mcp.json");

    public Launch Launch => new(_program.Node, _program.Script,
        "--web", "--catalog", CatalogPath)
    {
        WorkingDirectory = Folder,
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["CLIENT_PORT"] = $"{port}",
            ["HOST"] = "localhost",
            ["ALLOWED_ORIGINS"] = null,
            ["DANGEROUSLY_OMIT_AUTH"] = null,
            ["DANGEROUSLY_BIND_ALL_INTERFACES"] = null,
            ["MCP_INSPECTOR_API_TOKEN"] = Token,
            ["MCP_AUTO_OPEN_ENABLED"] = "false",
            ["MCP_INSPECTOR_SECRET_STORE"] = "memory",
            ["MCP_STORAGE_DIR"] = Folder,
            // Helper ports for MCP Apps: any free ones, so that two stacks do not meet there.
            ["MCP_SANDBOX_PORT"] = "0",
            ["MCP_APP_ORIGIN_PORT"] = "0",
        },
    };

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        _program = await InspectorProgram.FindAsync(tools, guardian, cancellation);
        await EnterServerAsync(cancellation);
    }

    public Task<bool> IsHealthyAsync(CancellationToken cancellation) =>
        HttpProbe.IsHealthyAsync($"{Url}/healthz", cancellation);

    /// <summary>Enters the MCP server of this run in the catalog, and leaves what the user added in the page.</summary>
    private async Task EnterServerAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Folder);
        var catalog = new JsonObject();
        try
        {
            catalog = JsonNode.Parse(await File.ReadAllTextAsync(CatalogPath, cancellation)) as JsonObject ?? catalog;
        }
        catch (Exception exception) when (exception is FileNotFoundException or JsonException)
        {
            // The first run, or a file that nobody can read.
        }

        var servers = catalog["mcpServers"] as JsonObject ?? [];
        servers[DeepLinkServer] = new JsonObject
        {
            ["type"] = "streamable-http",
            ["url"] = mcpEndpoint,
            ["protocolEra"] = "auto",
        };
        catalog["mcpServers"] = servers;
        await File.WriteAllTextAsync(CatalogPath, catalog.ToJsonString(), cancellation);
    }
}
