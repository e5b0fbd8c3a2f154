using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Capabilities;

namespace OrdersMcp.Tests.McpServer;

/// <summary>An API that announces its document on its stream of changes.</summary>
[Trait("Category", "Postgres")]
public sealed class AnnouncedDocumentTests
{
    private const string New = "\"new\"";

    private static readonly (string, string) Hourly = ("Mcp:RefreshInterval", "01:00:00");

    private static readonly string Old = CapabilitiesApi.Document.Replace(
        "\"path\": \"/changes\",", "\"path\": \"/changes\", \"document\": true,", StringComparison.Ordinal);

    private static readonly string Renamed = Old.Replace("\"get_thing\"", "\"fetch_thing\"", StringComparison.Ordinal);

    [Fact]
    public async Task Announced_document_is_read_at_once()
    {
        await using var api = await CapabilitiesApi.StartAsync(Old);
        await using var server = McpApplication.Start(api.Address, Hourly);
        await api.WaitForListenersAsync(1); // although no client watches anything

        api.Api.Replicas = _ => (Renamed, New);
        await AnnounceAsync(api);

        await Until.TrueAsync(() => HasRenamed(server), () => "The announced document was not read.");
    }

    [Fact]
    public async Task Server_connects_to_a_stream_that_announces_no_document_only_for_its_watchers()
    {
        await using var api = await CapabilitiesApi.StartAsync();
        await using var other = await CapabilitiesApi.StartAsync(Old);
        await using var server = McpApplication.Start(
            api.Address, Hourly, ("Mcp:Apis:1:Name", "others"), ("Mcp:Apis:1:NamePrefix", "o_"), ("Mcp:Apis:1:Document", $"{other.Address}/openapi/v1.json"));

        await other.WaitForListenersAsync(1);

        Assert.Equal(0, api.Listeners);
    }

    [Fact]
    public async Task Announcement_of_a_new_connection_counts()
    {
        await using var api = await CapabilitiesApi.StartAsync(Old);
        await using var server = McpApplication.Start(api.Address, Hourly);
        await api.WaitForListenersAsync(1);

        api.Api.Replicas = _ => (Renamed, New);
        api.Greeting = "event: document-changed\ndata: {\"entityTag\":\"\\\"new\\\"\"}\n\n";
        api.Break(); // as a replica that stops

        await Until.TrueAsync(() => HasRenamed(server), () => "The announced document was not read.");
    }

    [Fact]
    public async Task Replicas_that_still_have_the_old_document_are_passed_over()
    {
        await using var api = await CapabilitiesApi.StartAsync(Old);
        await using var server = McpApplication.Start(api.Address, ("Mcp:RefreshInterval", "00:00:00.050"));
        await api.WaitForListenersAsync(1);
        api.Api.Replicas = number => number % 4 == 0 ? (Renamed, New) : (Old, "\"old\"");
        var catalog = server.Services.GetRequiredService<ToolCatalog>();
        var changes = 0;

        await AnnounceAsync(api);
        await Until.TrueAsync(() => HasRenamed(server), () => "The announced document was not read.");
        catalog.Changed += (_, _) => Interlocked.Increment(ref changes);
        var read = catalog.Apis["orders"].ReadAt;
        for (var readings = 0; readings < 5; read = catalog.Apis["orders"].ReadAt, readings++)
        {
            await Until.TrueAsync(() => catalog.Apis["orders"].ReadAt != read, () => "The document is not read again.");
        }

        Assert.Equal(0, changes);
        Assert.True(HasRenamed(server));
    }

    [Fact]
    public async Task Document_that_no_replica_has_any_more_leaves_the_one_there_is()
    {
        await using var api = await CapabilitiesApi.StartAsync(Old);
        await using var server = McpApplication.Start(api.Address, Hourly);
        await api.WaitForListenersAsync(1);

        api.Api.Replicas = _ => (Renamed, "\"other\"");
        await AnnounceAsync(api);

        await Until.TrueAsync(() => HasRenamed(server), () => "The document that there is was not read.");
    }

    [Fact]
    public void Document_that_was_sought_in_vain_is_forgotten()
    {
        var announced = new AnnouncedDocument();
        var tag = new EntityTagHeaderValue("\"old\"");
        Assert.False(announced.Answer(tag));
        Assert.False(announced.Announce("\"old\""));
        Assert.True(announced.Announce(New));

        var readings = 0;
        for (; announced.Answer(tag) && readings < 100; readings++)
        {
            announced.Missed();
        }

        Assert.Equal(20, readings);
    }

    [Fact]
    public void Weak_tag_of_a_proxy_is_the_announced_one() =>
        Assert.False(Announced("W/\"new\"").Answer(EntityTagHeaderValue.Parse("W/\"new\"")) || Announced(New).Answer(EntityTagHeaderValue.Parse("W/\"new\"")));

    private static AnnouncedDocument Announced(string tag)
    {
        var announced = new AnnouncedDocument();
        announced.Announce(tag);
        return announced;
    }

    private static Task AnnounceAsync(CapabilitiesApi api) => api.TellAsync("""{"entityTag":"\"new\""}""", type: "document-changed");

    private static bool HasRenamed(McpApplication server) =>
        server.Services.GetRequiredService<ToolCatalog>().Find("fetch_thing") is not null;
}
