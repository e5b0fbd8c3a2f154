using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>A small API whose document has resources, prompts and completion, and which streams changes.</summary>
internal sealed class CapabilitiesApi : IAsyncDisposable
{
    public const string Document = """
        {
          "openapi": "3.1.1",
          "info": { "title": "Things", "version": "1" },
          "servers": [ { "url": "/" } ],
          "x-mcp": {
            "instructions": "List before you get.",
            "guide": "# Things\n\nThere are things.",
            "prompts": [
              {
                "name": "describe_thing", "title": "Describe a thing", "description": "Describes one thing.",
                "arguments": [
                  { "name": "thingId", "description": "Its id.", "required": true, "complete": { "operation": "complete_thing_ids" } },
                  { "name": "tone", "enum": ["plain", "poetic", "explain"] },
                  { "name": "words" }
                ],
                "text": "Describe {thingId} in a {tone} tone.\nWords: {words}."
              },
              { "name": "count_things", "text": "How many things are there?" }
            ],
            "changes": { "path": "/changes", "resources": [ "things://things/{thingId}" ] }
          },
          "paths": {
            "/things/{thingId}": {
              "get": {
                "operationId": "get_thing", "summary": "Get a thing", "description": "Gets one thing by its id.",
                "parameters": [ { "name": "thingId", "in": "path", "required": true, "schema": { "type": "string", "maxLength": 20 } } ],
                "responses": { "200": { "description": "The thing", "content": { "application/json": { "schema": {
                  "type": "object", "properties": { "id": { "type": "string" }, "note": { "type": "string", "x-untrusted": true } } } } } } },
                "x-mcp": { "resource": { "uri": "things://things/{thingId}", "complete": { "thingId": { "operation": "complete_thing_ids" } } } }
              }
            },
            "/shelves/{number}/{place}": {
              "get": {
                "operationId": "get_shelf",
                "parameters": [
                  { "name": "number", "in": "path", "required": true, "schema": { "type": "integer" } },
                  { "name": "place", "in": "path", "required": true, "schema": { "type": "string" } }
                ],
                "responses": { "200": { "description": "The shelf", "content": { "text/csv": {} } } },
                "x-mcp": { "resource": { "uri": "things://shelves/{number}/{place}" }, "hide": true }
              }
            },
            "/completion": {
              "get": {
                "operationId": "complete_thing_ids",
                "parameters": [ { "name": "prefix", "in": "query", "schema": { "type": "string", "maxLength": 50 } } ],
                "responses": { "200": { "description": "Values" } },
                "x-mcp": { "hide": true }
              }
            }
          }
        }
        """;

    private readonly ConcurrentDictionary<HttpResponse, Func<string, Task>> _streams = new();
    private int _opened;

    private CapabilitiesApi(TestApi api) => Api = api;

    public TestApi Api { get; }

    public string Address => Api.Address;

    /// <summary>Responds to requests other than for the document and the stream of changes.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("{}");

    /// <summary>Whether the stream of changes can be opened.</summary>
    public bool TellsOfChanges { get; set; } = true;

    /// <summary>The start of a stream of changes.</summary>
    public string Greeting { get; set; } = "retry: 2000\nid: 40\n\n";

    /// <summary>The open streams of changes.</summary>
    public int Listeners => _streams.Count;

    public static async Task<CapabilitiesApi> StartAsync(string document = Document, string url = "http://127.0.0.1:0")
    {
        var api = new CapabilitiesApi(await TestApi.StartAsync(document, url));
        api.Api.Answer = api.AnswerAsync;
        return api;
    }

    /// <summary>Sends an event to all listeners.</summary>
    public Task TellAsync(string data, string id = "41", string type = "thing-changed") =>
        Task.WhenAll(_streams.Values.Select(write => write($"id: {id}\nevent: {type}\ndata: {data}\n\n")));

    /// <summary>Breaks every stream of changes.</summary>
    public void Break()
    {
        foreach (var response in _streams.Keys)
        {
            response.HttpContext.Abort();
        }
    }

    /// <summary>Waits for this number of listeners.</summary>
    public Task WaitForListenersAsync(int count) => Until.TrueAsync(
        () => Listeners == count, () => $"{Listeners} listen instead of {count}.");

    /// <summary>Waits until the listener has reconnected this often. It may be away only for an instant.</summary>
    public Task WaitForReturnAsync(int times = 1) => Until.TrueAsync(
        () => Volatile.Read(ref _opened) == times + 1 && Listeners == 1,
        () => $"{_opened} streams were opened, {Listeners} are open.");

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != "/changes")
        {
            await Answer(context);
            return;
        }

        if (!TellsOfChanges)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        using var writing = new SemaphoreSlim(1, 1);
        context.Response.ContentType = "text/event-stream";
        await WriteAsync(Greeting);
        _streams[context.Response] = WriteAsync;
        Interlocked.Increment(ref _opened);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The listener disconnected, or was cut off.
        }
        finally
        {
            _streams.TryRemove(context.Response, out _);
        }

        async Task WriteAsync(string text)
        {
            await writing.WaitAsync();
            try
            {
                await context.Response.WriteAsync(text, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
            finally
            {
                writing.Release();
            }
        }
    }
}

/// <summary>Requests of protocol version 2026-07-28 other than tool calls.</summary>
internal static class CapabilitiesRequests
{
    /// <summary>The response to a request with the headers that its method requires.</summary>
    public static async Task<JsonObject> AskAsync(this McpApplication server, string method, JsonObject parameters)
    {
        using var body = new StringContent(Messages.Request(method, parameters).ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var response = await server.PostAsync(
            body, (Messages.VersionHeader, Messages.Version), ("Mcp-Method", method),
            ("Mcp-Name", Encoded((string?)parameters["uri"] ?? (string?)parameters["name"] ?? "")));
        return await Messages.ReadAsync(response);
    }

    public static Task<JsonObject> ReadAsync(this McpApplication server, string uri) =>
        server.AskAsync("resources/read", new JsonObject { ["uri"] = uri });

    private static string Encoded(string name) =>
        name.All(char.IsAscii) ? name : $"=?base64?{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(name))}?=";
}
