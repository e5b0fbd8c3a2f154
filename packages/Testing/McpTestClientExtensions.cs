using ModelContextProtocol.Client;

namespace Microsoft.AspNetCore.Mvc.Testing;

/// <summary>MCP clients of an app under test.</summary>
public static class McpTestClientExtensions
{
    /// <summary>Connects a client to the app in memory. Disposing of the client leaves the app running.</summary>
    /// <param name="factory">The app.</param>
    /// <param name="path">The path of the tools.</param>
    /// <param name="configure">Sets headers such as <c>Authorization</c> on the client that sends the messages.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="HttpRequestException">The app refuses the client, or has no tools at the path.</exception>
    public static async Task<McpClient> CreateMcpClientAsync<TEntryPoint>(
        this WebApplicationFactory<TEntryPoint> factory,
        string path = "/mcp",
        Action<HttpClient>? configure = null,
        CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        ArgumentNullException.ThrowIfNull(factory);
        var client = factory.CreateClient();
        configure?.Invoke(client);
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = new Uri(client.BaseAddress!, path),
                TransportMode = HttpTransportMode.StreamableHttp,
            },
            client,
            ownsHttpClient: true);
        try
        {
            return await McpClient.CreateAsync(transport, cancellationToken: cancellationToken);
        }
        catch
        {
            await transport.DisposeAsync();
            throw;
        }
    }
}
