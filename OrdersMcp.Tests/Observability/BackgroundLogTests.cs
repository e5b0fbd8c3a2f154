using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Observability;

/// <summary>Work in the background has no traces, but its logs are exported like all others.</summary>
[Trait("Category", "Postgres")]
public sealed class BackgroundLogTests
{
    [Fact]
    public async Task Document_that_cannot_be_read_is_logged()
    {
        using var away = new RefusingPort();
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(away.Address, signals.Configure);

        await IsLoggedAsync(signals, "could not be read, trying again");
    }

    [Fact]
    public async Task Tools_of_a_document_are_logged_and_its_request_has_no_span()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure);

        await IsLoggedAsync(signals, "4 tools from");

        Assert.Empty(signals.Wait(span => $"{span.GetTagItem("url.full")}".StartsWith(api.Address, StringComparison.Ordinal), _ => true));
    }

    [Fact]
    public async Task Audit_records_that_are_not_accepted_are_logged()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.AuditStatus = StatusCodes.Status503ServiceUnavailable;
        var signals = new RecordedSignals();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure);
        await server.WaitForHealthAsync("Healthy");

        await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });

        await IsLoggedAsync(signals, "does not accept records of tool calls now");
    }

    private static Task IsLoggedAsync(RecordedSignals signals, string text) => Until.TrueAsync(
        () => signals.Logs.Any(line => line.Contains(text, StringComparison.Ordinal)), () => $"Not exported: {text}. Exported: {string.Join('\n', signals.Logs)}");
}
