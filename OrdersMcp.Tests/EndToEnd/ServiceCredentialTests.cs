using System.Net;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The MCP server's own credential at the API, which each run makes anew.</summary>
[Collection(StackCollection.Name)]
public sealed class ServiceCredentialTests(SharedStack shared)
{
    private const string Variable = "Authentication__ServiceKey=";
    private static readonly HttpClient Http = OutsideClient.Shared;

    [Fact]
    public async Task Credential_is_in_the_environment_of_both_services_and_in_no_command_line_or_output()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the environment of a process as a file.");
        var (api, mcp) = (shared.Stack.Manifest.Api.Pid, shared.Stack.Manifest.Mcp.Pid);

        var key = (await ReadAsync(api, "environ")).Single(each => each.StartsWith(Variable, StringComparison.Ordinal))[Variable.Length..];

        Assert.InRange(key.Length, 32, 200);
        Assert.Contains($"Mcp__Apis__0__ApiKey={key}", await ReadAsync(mcp, "environ"));
        Assert.DoesNotContain(key, shared.Stack.Output, StringComparison.Ordinal);
        foreach (var process in Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)))
        {
            Assert.DoesNotContain(await ReadAsync(int.Parse(process!), "cmdline"), part => part.Contains(key, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Change_through_the_mcp_server_is_recorded_as_such()
    {
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(shared.Stack.Manifest.Mcp.Endpoint) }),
            cancellationToken: TestContext.Current.CancellationToken);
        await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken); // says which headers a call has
        await client.CallToolAsync(
            "add_order_note", new Dictionary<string, object?>(StringComparer.Ordinal) { ["orderId"] = 4, ["note"] = "Leave it at the door." },
            cancellationToken: TestContext.Current.CancellationToken);

        // In Development the API answers this machine without a credential, as it always did.
        using var response = await Http.GetAsync($"{shared.Stack.Manifest.Api.Url}/orders/4/history?limit=200", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var history = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        var change = history["items"]!.AsArray().Last()!;
        Assert.Equal("anonymous", change["actor"]!.GetValue<string>());
        Assert.EndsWith("via key:mcp", change["client"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static async Task<string[]> ReadAsync(int process, string file)
    {
        try
        {
            return (await File.ReadAllTextAsync($"/proc/{process}/{file}", TestContext.Current.CancellationToken)).Split('\0');
        }
        catch (IOException)
        {
            return []; // it has ended meanwhile
        }
    }
}
