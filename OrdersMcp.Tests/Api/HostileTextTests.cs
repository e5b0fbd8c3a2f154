using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.Api;

/// <summary>
/// Every parameter and every text of a body that the OpenAPI document names, with values that some layer cannot hold. The
/// answer may be anything but a failure of the API.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class HostileTextTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] Texts =
    [
        "\0", "a\0b", "\ufffd", "\u202Etxet idib\u2066", "\u0001", "\u007f\u0085", "'", "\"", "\\", "%", "{}", "$1", "🦄", new('x', 5_000), " ", "é\u0301",
    ];

    [Fact]
    public async Task Parameter_with_any_text_is_no_failure()
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var (path, method, operation) in await OperationsAsync())
        {
            foreach (var parameter in operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToArray() : [])
            {
                // No server takes NUL in a path; the test server fails before it asks the API.
                foreach (var text in Texts.Where(text => parameter.GetProperty("in").GetString() != "path" || !text.Contains('\0', StringComparison.Ordinal)))
                {
                    using var request = Request(path, method, operation, parameter, text);
                    failures.AddRange(await FailureAsync(request, $"{method} {path} {parameter.GetProperty("name")}", text));
                    count++;
                }
            }
        }

        Assert.Empty(failures);
        Assert.InRange(count, 400, int.MaxValue);
    }

    [Fact]
    public async Task Body_with_any_text_is_no_failure()
    {
        var failures = new List<string>();
        var count = 0;
        var bodies = new (string Path, string Body)[]
        {
            ("/orders", """{"customerId":1234,"lines":[{"sku":"CAB-UC","quantity":1}],"note":"n"}"""),
            ("/orders/3/notes", """{"note":"n"}"""),
            ("/orders/2/shipment", """{"carrier":"UPS","trackingNumber":"1"}"""),
            ("/orders/1/cancellation", """{"reason":"r"}"""),
            ("/exports", """{"format":"csv","q":"x","sku":"LAP-14","placedFrom":"2026-09-01T00:00:00Z"}"""),
        };
        foreach (var (path, body) in bodies)
        {
            foreach (var place in Places(JsonNode.Parse(body)!))
            {
                foreach (var text in Texts.Select(text => JsonSerializer.Serialize(text)).Append("\"\\ud800\"").Append("\"a\\udfff\""))
                {
                    var hostile = Replaced(JsonNode.Parse(body)!, place, "@@").Replace("\"@@\"", text, StringComparison.Ordinal);
                    using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(hostile, Encoding.UTF8, "application/json") };
                    failures.AddRange(await FailureAsync(request, $"POST {path} {place}", text));
                    count++;
                }
            }
        }

        Assert.Empty(failures);
        Assert.InRange(count, 150, int.MaxValue);
    }

    private async Task<string[]> FailureAsync(HttpRequestMessage request, string what, string text)
    {
        using var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return response.StatusCode >= HttpStatusCode.InternalServerError ? [$"{what} {JsonSerializer.Serialize(text)}: {response.StatusCode}"] : [];
    }

    private async Task<IReadOnlyList<(string Path, string Method, JsonElement Operation)>> OperationsAsync() =>
    [
        .. (await api.Client.GetOkAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, operation.Name.ToUpperInvariant(), operation.Value)))
            .Where(each => !each.Item3.GetProperty("responses").EnumerateObject().Any(
                response => response.Value.TryGetProperty("content", out var content) && content.TryGetProperty("text/event-stream", out _))),
    ];

    /// <summary>A request with one hostile parameter, and for the others of the path any value.</summary>
    private static HttpRequestMessage Request(string path, string method, JsonElement operation, JsonElement hostile, string text)
    {
        var (name, place) = (hostile.GetProperty("name").GetString()!, hostile.GetProperty("in").GetString()!);
        foreach (var parameter in operation.GetProperty("parameters").EnumerateArray().Where(each => each.GetProperty("in").GetString() == "path"))
        {
            var own = parameter.GetProperty("name").GetString()!;
            path = path.Replace($"{{{own}}}", Uri.EscapeDataString(own == name && place == "path" ? text : "1"), StringComparison.Ordinal);
        }

        var request = new HttpRequestMessage(new HttpMethod(method), place == "query" ? $"{path}?{name}={Uri.EscapeDataString(text)}" : path);
        if (place == "header")
        {
            // The client refuses what no header can hold.
            request.Headers.TryAddWithoutValidation(name, text.Replace('\0', '?').Replace('\n', '?'));
        }

        if (operation.TryGetProperty("requestBody", out _))
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        return request;
    }

    /// <summary>The paths to the texts of a body.</summary>
    private static IEnumerable<string> Places(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => Places(member.Value!)),
        JsonArray items => items.SelectMany(item => Places(item!)),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.GetPath()],
        _ => [],
    };

    private static string Replaced(JsonNode node, string place, string text)
    {
        Replace(node);
        return node.ToJsonString();

        void Replace(JsonNode? current)
        {
            switch (current)
            {
                case JsonObject members:
                    members.Select(member => member.Value).ToList().ForEach(Replace);
                    break;
                case JsonArray items:
                    items.ToList().ForEach(Replace);
                    break;
                case JsonValue value when value.GetPath() == place:
                    value.ReplaceWith(text);
                    break;
            }
        }
    }
}
