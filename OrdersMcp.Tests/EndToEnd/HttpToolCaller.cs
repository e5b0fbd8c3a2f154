using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>Calls tools over Streamable HTTP.</summary>
internal sealed class HttpToolCaller(Uri endpoint, string service, string era, CallLog log, string? apiKey = null) : ToolCaller(service, era, log)
{
    private static readonly HttpClient Http = OutsideClient.Shared;

    protected override bool IsHttp => true;

    protected override async Task<JsonObject> SendAsync(MadeCall call, JsonObject message, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = JsonContent.Create(message) };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.UserAgent.ParseAdd($"{Name}/1");
        request.Headers.Add(Messages.VersionHeader, Era);
        if (apiKey is not null)
        {
            request.Headers.Add("X-API-Key", apiKey);
        }

        if (!call.IsTracedByMessage)
        {
            request.Headers.Add("traceparent", call.Traceparent);
        }

        if (IsModern)
        {
            request.Headers.Add("Mcp-Method", "tools/call");
            request.Headers.Add("Mcp-Name", call.Tool);
        }

        using var response = await Http.SendAsync(request, cancellationToken);
        return await Messages.ReadAsync(response);
    }

    protected override async Task SendAndCancelAsync(MadeCall call, JsonObject message, Func<Task> isUnderWay)
    {
        using var disconnect = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answer = SendAsync(call, message, disconnect.Token);
        await isUnderWay();
        await disconnect.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }
}
