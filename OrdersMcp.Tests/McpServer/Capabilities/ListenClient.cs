using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>A stream of <c>subscriptions/listen</c>, message by message.</summary>
internal sealed class ListenClient : IDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { Timeout = Timeout.InfiniteTimeSpan };

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _events;

    private ListenClient(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _events = new StreamReader(body);
    }

    /// <summary>Opens a stream. Unless it is refused, its first message is the acknowledgement.</summary>
    public static async Task<ListenClient> OpenAsync(
        Uri endpoint, JsonObject notifications, (string Name, string Value)? header = null, JsonObject? capabilities = null)
    {
        var body = Messages.Request("subscriptions/listen", new JsonObject { ["notifications"] = notifications });
        body["params"]!["_meta"]!["io.modelcontextprotocol/clientCapabilities"] = capabilities ?? [];
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = JsonContent.Create(body),
        };
        request.Headers.Add(Messages.VersionHeader, Messages.Version);
        request.Headers.Add("Mcp-Method", "subscriptions/listen");
        if (header is { } more)
        {
            request.Headers.Add(more.Name, more.Value);
        }

        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new ListenClient(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    public static Task<ListenClient> OpenAsync(Uri endpoint, params string[] uris) => OpenAsync(
        endpoint, new JsonObject { ["resourceSubscriptions"] = new JsonArray([.. uris.Select(uri => (JsonNode)uri)]) });

    /// <summary>The next message, or null at the end of the stream.</summary>
    public async Task<JsonNode?> NextAsync()
    {
        while (await _events.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal) || line.StartsWith('{'))
            {
                return JsonNode.Parse(line.StartsWith('{') ? line : line["data: ".Length..])!;
            }
        }

        return null;
    }

    /// <summary>The URI of the next message, which must be a resource update.</summary>
    public async Task<string> NextUpdateAsync()
    {
        var message = (await NextAsync())!;
        Assert.Equal("notifications/resources/updated", message["method"]!.ToString());
        Assert.Equal(7, (int)message["params"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!);
        return message["params"]!["uri"]!.ToString();
    }

    public void Dispose()
    {
        _events.Dispose();
        _response.Dispose();
    }
}
