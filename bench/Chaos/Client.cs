using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.Chaos;

/// <summary>How a call ended.</summary>
internal enum Ending
{
    Done,

    /// <summary>It was understood and refused: repeating it changes nothing.</summary>
    Refused,

    /// <summary>Nobody knows whether it was done.</summary>
    Unknown,
}

internal sealed record Reply(Ending Ending, JsonElement Result, string Text);

/// <summary>A client of the MCP servers, which take turns, and of the API.</summary>
internal sealed class Client(ChaosSystem system) : IDisposable
{
    private static readonly string[] Eras = ["2026-07-28", "2025-11-25"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = TimeSpan.FromSeconds(40),
    };

    private int _turn;

    public async Task<Reply> CallAsync(string tool, JsonObject arguments, string trace, CancellationToken cancellation)
    {
        var turn = Interlocked.Increment(ref _turn);
        var era = Eras[turn % Eras.Length];
        var parameters = new JsonObject { ["name"] = tool, ["arguments"] = arguments };
        if (era == Eras[0])
        {
            parameters["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = era,
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
            };
        }

        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = turn, ["method"] = "tools/call", ["params"] = parameters };
        using var request = new HttpRequestMessage(HttpMethod.Post, system.Mcp[turn / Eras.Length % system.Mcp.Count]);
        request.Content = new StringContent(message.ToJsonString(), Encoding.UTF8, "application/json");
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", era);
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        if (era == Eras[0])
        {
            request.Headers.Add("Mcp-Method", "tools/call");
            request.Headers.Add("Mcp-Name", tool);
        }

        return await SendAsync(request, OfMessage, cancellation);
    }

    public async Task<Reply> CancelAsync(long orderId, string key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(system.Api, string.Create(CultureInfo.InvariantCulture, $"/orders/{orderId}/cancellation")));
        request.Content = new StringContent("""{"reason":"Chaos."}""", new MediaTypeHeaderValue("application/json"));
        request.Headers.Add("Idempotency-Key", key);
        return await SendAsync(request, static (status, json, text) => new Reply(
            status < 300 ? Ending.Done : status is >= 400 and < 500 and not (409 or 429) ? Ending.Refused
                : status == 409 && !text.Contains("still", StringComparison.Ordinal) ? Ending.Refused : Ending.Unknown,
            json, text), cancellation);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Reply> SendAsync(HttpRequestMessage request, Func<int, JsonElement, string, Reply> read, CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            var data = text.StartsWith('{') ? text : text.Split('\n').LastOrDefault(line => line.StartsWith("data: {", StringComparison.Ordinal))?[6..];
            return data is null
                ? new Reply(Ending.Unknown, default, $"{(int)response.StatusCode} {text}")
                : read((int)response.StatusCode, JsonElement.Parse(data), text);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Reply(Ending.Unknown, default, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private static Reply OfMessage(int status, JsonElement message, string text)
    {
        if (!message.TryGetProperty("result", out var result))
        {
            return new Reply(status == (int)HttpStatusCode.BadRequest ? Ending.Refused : Ending.Unknown, message, text);
        }

        if (result.TryGetProperty("isError", out var isError) && isError.GetBoolean())
        {
            // What the API refused for good has a status below 500; what may succeed later says so.
            var problem = JsonElement.Parse(result.GetProperty("content")[0].GetProperty("text").GetString()!);
            var code = problem.TryGetProperty("status", out var number) ? number.GetInt32() : 400;
            return new Reply(code is >= 400 and < 500 and not 429 && !text.Contains("request-in-progress", StringComparison.Ordinal) ? Ending.Refused : Ending.Unknown, result, text);
        }

        return new Reply(Ending.Done, result, text);
    }
}
