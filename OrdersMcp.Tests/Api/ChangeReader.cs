using System.Net.ServerSentEvents;
using System.Text.Json;

namespace OrdersMcp.Tests.Api;

/// <summary>A reader of the stream of order changes.</summary>
internal sealed class ChangeReader : IAsyncDisposable
{
    private const string OfDocument = "document-changed";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private ChangeReader(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _parser = SseParser.Create(stream);
        _events = _parser.EnumerateAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    public HttpResponseMessage Response => _response;

    public string LastEventId => _parser.LastEventId;

    public static async Task<ChangeReader> OpenAsync(HttpClient client, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/order-changes");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return new ChangeReader(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next event about orders, or null at the end of the stream.</summary>
    public async Task<SseItem<string>?> NextAsync()
    {
        SseItem<string>? next;
        do
        {
            next = await NextOfAllAsync();
        }
        while (next?.EventType == OfDocument);
        return next;
    }

    /// <summary>The entity tag in the next event about the document.</summary>
    public async Task<string> NextDocumentAsync()
    {
        SseItem<string>? next;
        do
        {
            next = await NextOfAllAsync();
            Assert.NotNull(next);
        }
        while (next.Value.EventType != OfDocument);
        using var data = JsonDocument.Parse(next.Value.Data);
        return data.RootElement.GetProperty("entityTag").GetString()!;
    }

    /// <summary>The next changes as "order.version status".</summary>
    public async Task<List<string>> NextAsync(int count)
    {
        var changes = new List<string>();
        while (changes.Count < count)
        {
            var change = await NextAsync();
            Assert.Equal("order-changed", change!.Value.EventType);
            changes.Add(Text(change.Value));
        }

        return changes;
    }

    public static string Text(SseItem<string> change)
    {
        using var data = JsonDocument.Parse(change.Data);
        return $"{data.RootElement.GetProperty("orderId")}.{data.RootElement.GetProperty("version")} {data.RootElement.GetProperty("status")}";
    }

    private async Task<SseItem<string>?> NextOfAllAsync() =>
        await _events.MoveNextAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken) ? _events.Current : null;

    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
