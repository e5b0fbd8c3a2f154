using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.AppHost.Embedded.Resources;

/// <summary>
/// The Aspire dashboard out of the Aspire CLI. The CLI unpacks itself once, and what <c>aspire dashboard run</c> would
/// start is started directly. Page, telemetry API and OTLP are each protected by a secret of this run.
/// </summary>
internal sealed class AspireDashboard(int port, int otlpPort, ToolInstaller tools, Guardian guardian)
{
    private readonly string _browserToken = DataFolder.NewSecret();
    private string _folder = "";

    public string Url => $"http://localhost:{port}";

    /// <summary>Opens the page without asking for the token.</summary>
    public string Link => $"{Url}/login?t={_browserToken}";

    /// <summary>For <c>X-API-Key</c> on <c>/api/telemetry/*</c>.</summary>
    public string ApiKey { get; } = DataFolder.NewSecret();

    /// <summary>OTLP over gRPC.</summary>
    public string OtlpEndpoint => $"http://localhost:{otlpPort}";

    /// <summary>For <c>x-otlp-api-key</c>.</summary>
    public string OtlpApiKey { get; } = DataFolder.NewSecret();

    public int Port => port;

    public int OtlpPort => otlpPort;

    public Launch Launch => new(Path.Combine(_folder, "managed", "aspire-managed"), "dashboard")
    {
        WorkingDirectory = _folder,
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = Url,
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = OtlpEndpoint,
            ["ASPIRE_DASHBOARD_API_ENABLED"] = "true",
            ["DASHBOARD__APPLICATIONNAME"] = "OrdersMcp",
            ["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken",
            ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = _browserToken,
            ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__API__PRIMARYAPIKEY"] = ApiKey,
            ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = OtlpApiKey,
            // Its banner and its links are in the summary; refused requests and the key ring's notes are noise.
            ["Logging__LogLevel__Default"] = "Warning",
            ["Logging__LogLevel__Microsoft.AspNetCore.DataProtection"] = "Error",
        },
    };

    public async Task PrepareAsync(CancellationToken cancellation) =>
        _folder = await tools.InstallAsync("dashboard", UnpackAsync, cancellation);

    public Task<bool> IsHealthyAsync(CancellationToken cancellation) =>
        HttpProbe.IsHealthyAsync($"{Url}/health", cancellation);

    private async Task UnpackAsync(string folder, CancellationToken cancellation)
    {
        var packages = Path.Combine(folder, "node_modules");
        var binary = Path.Combine(packages, Platform.Current.Dashboard ?? "none", "bin", "aspire");
        if (!File.Exists(binary))
        {
            throw new ToolUnavailableException($"There is no pinned Aspire dashboard package for {Platform.Current}.");
        }

        // It unpacks beside the folder it lies in, and keeps notes below HOME: both are here, and go.
        var cli = Directory.CreateDirectory(Path.Combine(folder, "cli", "bin")).Parent!.FullName;
        var aspire = Path.Combine(cli, "bin", "aspire");
        File.Move(binary, aspire);
        await Command.MustAsync("aspire setup", new Launch(aspire, "setup", "--nologo", "--non-interactive")
        {
            WorkingDirectory = cli,
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["HOME"] = cli,
                ["XDG_CACHE_HOME"] = null,
                ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "true",
            },
        }, guardian, cancellation);
        var managed = Directory.GetDirectories(Path.Combine(cli, "versions"))
            .Select(version => Path.Combine(version, "managed"))
            .FirstOrDefault(Directory.Exists)
            ?? throw new ToolUnavailableException("The Aspire CLI unpacked, but held no dashboard.");
        Directory.Move(managed, Path.Combine(folder, "managed"));
        Directory.Delete(cli, recursive: true);
        Directory.Delete(packages, recursive: true);
    }
}
