using System.Collections.Concurrent;
using System.Diagnostics;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.Security;

/// <summary>
/// The real Inspector on the command line finds a real authorization server through this server's metadata. The test acts as
/// the user: it opens the address that the Inspector prints, and agrees to everything.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class InspectorOAuthTests : IAsyncLifetime
{
    private const string Prompt = "Please navigate to: ";
    private const string Document = "https://client.example/inspector.json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _resource = $"http://127.0.0.1:{FreePort.Take()}/mcp";
    private readonly TemporaryFolder _home = new();
    private readonly List<Uri> _asked = [];
    private AuthorizationServer _issuer = null!;
    private GuardedServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await AuthorizationServer.StartAsync(_resource);
        _server = await GuardedServer.StartAsync(
            ("environment", "Production"),
            ("urls", new Uri(_resource).GetLeftPart(UriPartial.Authority)),
            ("Mcp:ListAllTools", "true"),
            ("Authentication:Resource", _resource),
            ("Authentication:Schemes:Bearer:Authority", _issuer.Address),
            ("Authentication:Schemes:Bearer:RequireHttpsMetadata", "false"));
        Directory.CreateDirectory(_home.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
        _home.Dispose();
    }

    [Theory]
    [InlineData("modern")]
    [InlineData("legacy")]
    public async Task Inspector_registers_itself_gets_a_token_and_lists_the_tools(string era)
    {
        var (exitCode, output) = await RunAsync("--protocol-era", era, "--method", "tools/list");

        Assert.True(exitCode == 0, output);
        Assert.Contains("list_orders", output, StringComparison.Ordinal);
        var client = Assert.Single(_issuer.Events, each => each.StartsWith("registered ", StringComparison.Ordinal))["registered ".Length..];
        Assert.Contains($"token {client} pkce {_resource}", _issuer.Events);
        AssertAsked(Assert.Single(_asked), "orders.read");
    }

    [Fact]
    public async Task Inspector_identifies_itself_by_its_metadata_document()
    {
        var (exitCode, output) = await RunAsync("--protocol-era", "modern", "--client-metadata-url", Document, "--method", "tools/list");

        Assert.True(exitCode == 0, output);
        Assert.Contains("list_orders", output, StringComparison.Ordinal);
        Assert.Equal([$"token {Document} pkce {_resource}"], _issuer.Events);
        AssertAsked(Assert.Single(_asked), "orders.read");
    }

    [Fact]
    public async Task Inspector_asks_for_more_when_a_call_needs_more()
    {
        // The Inspector requests more scopes only as a client known beforehand. A registered client only renews its token.
        var (exitCode, output) = await RunAsync(
            "--protocol-era", "modern", "--client-metadata-url", Document, "--method", "tools/call", "--tool-name", "create_order");

        Assert.True(exitCode == 0, output);
        Assert.Single(_server.Api.Requests, request => request.Method == "POST");
        Assert.Equal(2, _asked.Count);
        AssertAsked(_asked[0], "orders.read");
        AssertAsked(_asked[1], "orders.write");
    }

    private void AssertAsked(Uri authorization, string scope)
    {
        Assert.Equal(_issuer.Address, authorization.GetLeftPart(UriPartial.Authority));
        Assert.Contains("code_challenge_method=S256", authorization.Query, StringComparison.Ordinal);
        Assert.Contains($"resource={Uri.EscapeDataString(_resource)}", authorization.Query, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(scope, authorization.Query, StringComparison.Ordinal);
    }

    /// <summary>Runs the Inspector without the settings of this machine's user, and follows its links as the user.</summary>
    private async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var inspector = await InstalledTools.InspectorAsync();
        var start = new ProcessStartInfo(inspector.Node, [
            inspector.Script, "--cli", _resource, "--transport", "http",
            "--callback-url", $"http://127.0.0.1:{FreePort.Take()}/oauth/callback", .. arguments,
        ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = _home.Path;
        start.Environment["PATH"] = _home.Path; // contains no program that opens a browser
        start.Environment["MCP_STORAGE_DIR"] = _home.Path;
        start.Environment["MCP_INSPECTOR_SECRET_STORE"] = "memory";
        start.Environment["MCP_AUTO_OPEN_ENABLED"] = "true"; // required without a terminal
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardInput.WriteLineAsync("y"); // agrees to request more scopes, if asked
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var said = new ConcurrentQueue<string>();
            while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience) is { } line)
            {
                said.Enqueue(line);
                if (line.IndexOf(Prompt, StringComparison.Ordinal) is >= 0 and var at)
                {
                    var address = new Uri(line[(at + Prompt.Length)..].Trim());
                    _asked.Add(address);
                    await AuthorizationServer.VisitAsync(address, TestContext.Current.CancellationToken);
                }
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
            return (process.ExitCode, $"{await output}\n{string.Join('\n', said)}");
        }
        finally
        {
            process.Kill();
        }
    }
}
