using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.Security;

/// <summary>Keys in a settings file that changes while the server runs.</summary>
[Trait("Category", "Postgres")]
public sealed class ReloadTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ApiKey Old = ApiKey.Create();
    private static readonly ApiKey New = ApiKey.Create();

    private readonly TemporaryFolder _folder = new();
    private readonly CapturedLog _log = new();
    private TestApi _api = null!;

    private string Settings => Path.Combine(_folder.Path, "keys.json");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder.Path);
        _api = await TestApi.StartAsync(GuardedServer.Operations);
        await WriteAsync(Entries(Old));
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Added_key_is_accepted_and_removed_key_is_rejected()
    {
        await using var server = Start("Production");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (await WithAsync(server, Old), await WithAsync(server, New)));

        await WriteAsync(Entries(Old, New));
        await UntilAsync(async () => await WithAsync(server, New) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await WithAsync(server, Old));

        await WriteAsync(Entries(New));
        await UntilAsync(async () => await WithAsync(server, Old) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await WithAsync(server, New));
    }

    [Theory]
    [InlineData("""{"Authentication":{"ApiKeys":[{"Name":"x","Hash":"not a hash"}]}}""", "ApiKeys:0:Hash")]
    [InlineData("""{"Authentication":{"ApiKeys":[{"Name":"x","Expires":"soon"}]}}""", "Expires")]
    [InlineData("""{"Authentication":{"ApiKeys":[{"Name":"x",""", "keys.json")]
    public async Task Invalid_change_is_ignored_and_named(string settings, string named)
    {
        await using var server = Start("Production");

        await WriteAsync(settings);
        await UntilAsync(() => Task.FromResult(
            _log.Lines.Any(line => line.Contains("Ignored a change", StringComparison.Ordinal) && line.Contains(named, StringComparison.Ordinal))));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (await WithAsync(server, Old), await WithAsync(server, New)));
        await WriteAsync(Entries(New));
        await UntilAsync(async () => await WithAsync(server, New) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(server, Old));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task Broken_file_takes_effect_again_when_it_is_empty_or_deleted(string? repaired)
    {
        await using var server = Start("Production");
        await WriteAsync("""{"Authentication":{"ApiKeys":[{"Name":"x",""");
        await UntilAsync(() => Task.FromResult(_log.Lines.Any(line => line.Contains("Ignored a change", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.OK, await WithAsync(server, Old));

        if (repaired is null)
        {
            File.Delete(Settings);
        }
        else
        {
            await WriteAsync(repaired);
        }

        await UntilAsync(async () => await WithAsync(server, Old) == HttpStatusCode.Unauthorized);

        await WriteAsync(Entries(New));
        await UntilAsync(async () => await WithAsync(server, New) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Server_stays_closed_when_the_last_key_is_removed_or_the_file_allows_anonymous()
    {
        await using var server = Start("Development");

        await WriteAsync("""{"Authentication":{"AllowAnonymous":true}}""");
        await UntilAsync(async () => await WithAsync(server, Old) == HttpStatusCode.Unauthorized);

        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(server, key: null));
    }

    private McpApplication Start(string environment) => McpApplication.StartWithFile(
        _api.Address, Settings, services => services.AddLogging(logging => logging.AddProvider(_log)), ("environment", environment));

    private static async Task<HttpStatusCode> WithAsync(McpApplication server, ApiKey? key)
    {
        using var response = await server.PostAsync(
            JsonContent.Create(Messages.Request("tools/list", [])),
            [(Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/list"), .. HeaderOf(key)]);
        return response.StatusCode;
    }

    private static (string, string)[] HeaderOf(ApiKey? key) => key is null ? [] : [("X-API-Key", key.Text)];

    private static Task UntilAsync(Func<Task<bool>> isSo) =>
        Until.TrueAsync(isSo, Patience, () => "The change of the file was not seen.");

    private Task WriteAsync(string settings) => File.WriteAllTextAsync(Settings, settings, TestContext.Current.CancellationToken);

    private static string Entries(params ApiKey[] keys) => new JsonObject
    {
        ["Authentication"] = new JsonObject
        {
            ["ApiKeys"] = new JsonArray([.. keys.Select(key => new JsonObject
            {
                ["Name"] = key.Id,
                ["Hash"] = KeyHash.Of(key.Id, key.Secret).Text,
                ["Scopes"] = new JsonArray("orders.read"),
            })]),
        },
    }.ToJsonString();
}
