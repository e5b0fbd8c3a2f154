using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Almost valid bytes, JSON, JSON-RPC and headers from strangers.</summary>
[Trait("Category", "Postgres")]
[Collection(MeasuredMemory.Name)]
public sealed class FuzzTests
{
    private const int Requests = 20_000;
    private const int Workers = 8;

    /// <summary>The same requests in every run; another seed gives others.</summary>
    private const int Seed = 20260728;

    private static readonly string[] Methods =
        ["tools/call", "tools/list", "server/discover", "initialize", "ping", "resources/read", "prompts/get", "subscriptions/listen", "notifications/cancelled", "x", ""];

    private static readonly string[] Fragments =
        ["{", "}", "[", "]", "\"", "\\u0000", "\\ud800", "null", "-0", "1e999", "true", ",", ":", "\n", "\u00ff", "{\"a\":", "[[[[[[[[", "_meta", "\"id\":null"];

    [Fact]
    public async Task Malformed_requests_cause_no_failure_hang_or_growth()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = context => context.Response.WriteAsync("""{"id":"a"}""");
        await using var server = McpApplication.Start(api.Address);
        await server.WaitForHealthAsync("Healthy");
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };

        await SendAllAsync(client, server.Endpoint, Requests / 10, Seed + 1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendAllAsync(client, server.Endpoint, Requests, Seed);
        api.Requests.Clear();
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.InRange(growth, long.MinValue, 30_000_000);
        var answer = await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });
        Assert.Equal("a", answer["result"]!["structuredContent"]!["id"]!.ToString());
    }

    private static Task SendAllAsync(HttpClient client, Uri endpoint, int count, int seed) => Task.WhenAll(
        Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(seed + worker);
            for (var i = 0; i < count / Workers; i++)
            {
                using var request = Mutate(random, endpoint);
                // A request may open a valid stream that stays open, so the headers are the response.
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
                Assert.True(
                    response.StatusCode < HttpStatusCode.InternalServerError,
                    $"{response.StatusCode} for seed {seed + worker}, request {i}: {await request.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            }
        })));

    private static HttpRequestMessage Mutate(Random random, Uri endpoint)
    {
        var method = Pick(random, Methods);
        var message = Messages.Request(method, new JsonObject { ["name"] = "get_thing", ["arguments"] = new JsonObject { ["thingId"] = "a" } });
        if (random.Next(4) == 0)
        {
            Disturb(random, message);
        }

        var body = Encoding.UTF8.GetBytes(message.ToJsonString());
        body = random.Next(5) switch
        {
            0 => body[..random.Next(body.Length + 1)],
            1 => Flip(random, body),
            2 => Insert(random, body),
            3 => Bytes(random),
            _ => body,
        };
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(random.Next(20) == 0 ? "text/plain" : "application/json");
        Add(request, random, Messages.VersionHeader, Pick(random, Messages.Version, "2025-11-25", "2024-11-05", "1999-01-01", "x y"));
        Add(request, random, "Mcp-Method", random.Next(4) == 0 ? "tools/list" : method);
        Add(request, random, "Mcp-Name", Pick(random, "get_thing", "=?base64?Z2V0X3RoaW5n?=", "=?base64?!?=", ""));
        return request;
    }

    /// <summary>Replaces a random value in the message by one of another type.</summary>
    private static void Disturb(Random random, JsonObject message)
    {
        var target = random.Next(3) switch
        {
            0 => message,
            1 => message["params"]!.AsObject(),
            _ => message["params"]!["_meta"]!.AsObject(),
        };
        var name = target.ElementAt(random.Next(target.Count)).Key;
        target[name] = random.Next(7) switch
        {
            0 => null,
            1 => 7.5,
            2 => "text",
            3 => new JsonArray(1, "2", null),
            4 => new JsonObject { ["a"] = new JsonObject { ["b"] = "c" } },
            5 => true,
            _ => new string('x', random.Next(5_000)),
        };
    }

    private static byte[] Flip(Random random, byte[] body)
    {
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        return body;
    }

    private static byte[] Insert(Random random, byte[] body)
    {
        var at = random.Next(body.Length);
        return [.. body[..at], .. Encoding.UTF8.GetBytes(Pick(random, Fragments)), .. body[at..]];
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Add(HttpRequestMessage request, Random random, string name, string value)
    {
        if (random.Next(8) != 0)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}
