using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Web;
using ModelContextProtocol.Authentication;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>A real authorization server (oidc-provider) in its own process, whose only user agrees to everything.</summary>
internal sealed class AuthorizationServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private AuthorizationServer(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
    }

    public string Address { get; private set; } = "";

    /// <summary>The actions of clients: <c>registered {client}</c>, <c>token {client} {pkce|plain} {resource}</c>.</summary>
    public ConcurrentQueue<string> Events { get; } = new();

    public static async Task<AuthorizationServer> StartAsync(string resource)
    {
        var node = (await InstalledTools.InspectorAsync()).Node;
        var process = Process.Start(new ProcessStartInfo(node,
            [Path.Combine(AppContext.BaseDirectory, "Tools", "oidc-provider", "server.mjs"), await InstalledTools.AuthorizationServerAsync(), resource])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var address = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null || line.Data.StartsWith("listening ", StringComparison.Ordinal))
            {
                address.TrySetResult(line.Data?["listening ".Length..]);
            }
        };
        var server = new AuthorizationServer(process);
        server.Address = await address.Task.WaitAsync(Patience, TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException("The authorization server ended before it was ready.");
        return server;
    }

    /// <summary>Acts as the browser: follows all redirects to the client.</summary>
    public static async Task VisitAsync(Uri address, CancellationToken cancellationToken)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() });
        using var response = await browser.GetAsync(address, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>Acts as the browser: follows login and consent to the redirect with the code.</summary>
    public static async Task<AuthorizationResult?> AuthorizeAsync(Uri address, Uri redirect, CancellationToken cancellationToken)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        for (var step = 0; step < 10; step++)
        {
            using var response = await browser.GetAsync(address, cancellationToken);
            address = new Uri(address, response.Headers.Location ?? throw new InvalidOperationException(
                $"No redirect but {response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}"));
            if (address.GetLeftPart(UriPartial.Path) == redirect.GetLeftPart(UriPartial.Path))
            {
                var answer = HttpUtility.ParseQueryString(address.Query);
                return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
            }
        }

        throw new InvalidOperationException("The authorization does not end.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null && (line.StartsWith("registered ", StringComparison.Ordinal) || line.StartsWith("token ", StringComparison.Ordinal)))
        {
            Events.Enqueue(line);
        }
    }
}
