using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrdersMcp.AppHost.Embedded;

/// <summary>
/// Where everything is, for programs: <c>stack.json</c> in the data folder, camelCase, readable by its owner only (it
/// holds secrets). It is there, complete, from the moment everything is up until the stack stops.
/// </summary>
/// <param name="Pid">The host's process.</param>
/// <param name="CoreReadySeconds">From the host's start until database, API and MCP server were healthy.</param>
/// <param name="ReadySeconds">From the host's start until everything was healthy.</param>
/// <param name="Postgres">The database.</param>
/// <param name="Api">The orders API.</param>
/// <param name="Mcp">The MCP server.</param>
/// <param name="Dashboard">The Aspire dashboard; null when it was not wanted or cannot be had.</param>
/// <param name="Inspector">The MCP Inspector; null when it was not wanted or cannot be had.</param>
public sealed record StackManifest(
    int Pid,
    double CoreReadySeconds,
    double ReadySeconds,
    PostgresManifest Postgres,
    ApiManifest Api,
    McpManifest Mcp,
    DashboardManifest? Dashboard,
    InspectorManifest? Inspector)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Links keep their "&": nobody puts this file into a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text of <c>stack.json</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static StackManifest FromJson(string json) => JsonSerializer.Deserialize<StackManifest>(json, Json)!;
}

/// <summary>How to connect to the database, as its superuser.</summary>
public sealed record PostgresManifest(
    int Pid, string Host, int Port, string Database, string Username, string Password);

/// <summary>The orders API.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Url">Its base address, without a slash at the end.</param>
/// <param name="Swagger">Its Swagger page.</param>
public sealed record ApiManifest(int Pid, string Url, string Swagger);

/// <summary>The MCP server.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Url">Its base address, without a slash at the end.</param>
/// <param name="Endpoint">What MCP clients connect to.</param>
public sealed record McpManifest(int Pid, string Url, string Endpoint);

/// <summary>The Aspire dashboard.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Url">Its base address, without a slash at the end.</param>
/// <param name="Link">Opens the page without a login.</param>
/// <param name="ApiKey">For the header X-API-Key on <c>/api/telemetry/*</c>.</param>
/// <param name="OtlpEndpoint">OTLP over gRPC.</param>
/// <param name="OtlpApiKey">For the header x-otlp-api-key.</param>
public sealed record DashboardManifest(
    int Pid, string Url, string Link, string ApiKey, string OtlpEndpoint, string OtlpApiKey);

/// <summary>The MCP Inspector.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Url">Its base address, without a slash at the end.</param>
/// <param name="Link">Opens the page, connected to the MCP server.</param>
/// <param name="Token">Its API token.</param>
public sealed record InspectorManifest(int Pid, string Url, string Link, string Token);
