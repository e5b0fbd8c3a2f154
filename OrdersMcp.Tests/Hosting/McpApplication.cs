using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using OrdersMcp.McpServer.Audit;

namespace OrdersMcp.Tests.Hosting;

/// <summary>The MCP server on a free loopback port, in front of the API at <paramref name="apiAddress"/>.</summary>
internal sealed class McpApplication(string apiAddress, params (string Key, string Value)[] settings) : WebApplicationFactory<AuditOptions>
{
    private readonly string _audit = Path.Combine(Path.GetTempPath(), $"ordersmcp-test-audit-{Guid.NewGuid():N}");
    private Action<IServiceCollection> _configure = _ => { };
    private string? _file;

    public static McpApplication Start(string apiAddress, params (string Key, string Value)[] settings) =>
        Start(new McpApplication(apiAddress, settings));

    /// <summary>Starts the server with services of the test.</summary>
    public static McpApplication StartWith(
        string apiAddress, Action<IServiceCollection> configure, params (string Key, string Value)[] settings) =>
        Start(new McpApplication(apiAddress, settings) { _configure = configure });

    /// <summary>Starts the server with a settings file that is reloaded when it changes.</summary>
    public static McpApplication StartWithFile(
        string apiAddress, string file, Action<IServiceCollection> configure, params (string Key, string Value)[] settings) =>
        Start(new McpApplication(apiAddress, settings) { _configure = configure, _file = file });

    private static McpApplication Start(McpApplication application)
    {
        application.UseKestrel();
        application.StartServer();
        return application;
    }

    public Uri Endpoint => new(ClientOptions.BaseAddress, "/mcp");

    public Uri Health => new(ClientOptions.BaseAddress, "/health");

    /// <summary>A client of the C# SDK. It negotiates the newest protocol version by default.</summary>
    public async Task<McpClient> ConnectAsync(string? protocolVersion = null) => await McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = Endpoint, TransportMode = HttpTransportMode.StreamableHttp }),
        new McpClientOptions { ProtocolVersion = protocolVersion },
        cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Posts a body unchanged, by default with the headers of the newest protocol version.</summary>
    public async Task<HttpResponseMessage> PostAsync(HttpContent body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a well-formed request of protocol version 2026-07-28 and returns the response.</summary>
    public Task<JsonObject> CallAsync(string tool, JsonObject arguments, params (string Name, string Value)[] headers) =>
        Messages.CallAsync(Endpoint, tool, arguments, headers);

    /// <summary>Sends a request without a body to a path of the server.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(ClientOptions.BaseAddress, path));
        return await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until <c>/health</c> responds with this word.</summary>
    public Task WaitForHealthAsync(string word) => Until.HealthyAsync(Health, word);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Directory.Exists(_audit))
        {
            Directory.Delete(_audit, recursive: true);
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.ConfigureServices(_configure);
        if (_file is not null)
        {
            builder.ConfigureAppConfiguration(configuration => configuration.AddJsonFile(_file, optional: false, reloadOnChange: true));
        }

        builder.UseUrls("http://127.0.0.1:0");
        builder.UseSetting("services:api:http:0", apiAddress);
        builder.UseSetting("Audit:Directory", _audit); // not the shared folder of this machine
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
