using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Capabilities;

namespace OrdersMcp.Tests.Observability;

/// <summary>Spans of resource reads contain ids, but no names.</summary>
[Trait("Category", "Postgres")]
public sealed class ResourceSpanTests
{
    [Theory]
    [InlineData("things://shelves/3/4", "things://shelves/3/4")]
    [InlineData("things://things/anna", "things://things/{thingId}")]
    [InlineData("orders://guide", "orders://guide")]
    [InlineData("file:///home/anna", "_OTHER")]
    public async Task Uri_with_ids_is_kept_and_uri_with_text_becomes_its_template(string uri, string recorded)
    {
        var signals = new RecordedSignals();
        await using var api = await CapabilitiesApi.StartAsync();
        await using var server = McpApplication.StartWith(api.Address, signals.Configure);
        await server.WaitForHealthAsync("Healthy");
        var trace = ActivityTraceId.CreateRandom();

        using var response = await server.PostAsync(
            JsonContent.Create(Messages.Request("resources/read", new JsonObject { ["uri"] = uri })),
            (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "resources/read"), ("Mcp-Name", uri),
            ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        await Messages.ReadAsync(response);

        var span = signals.SpansOf(trace, spans => spans.Any(IsReading)).First(IsReading);
        Assert.Equal(recorded, span.GetTagItem("mcp.resource.uri"));

        static bool IsReading(Activity span) => span.GetTagItem("mcp.resource.uri") is not null;
    }
}
