using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrdersMcp.Tests.Api;

/// <summary>A response of the API.</summary>
internal sealed record Answer(
    HttpStatusCode Status, string? ContentType, HttpResponseHeaders Headers, JsonElement Body)
{
    private const string ProblemPrefix = "urn:ordersmcp:problem:";

    /// <summary>The rule that a parameter breaks.</summary>
    public string Error(string parameter) => Body.GetProperty("errors").GetProperty(parameter)[0].GetString()!;

    public string? ETag => Headers.ETag?.Tag;

    public bool IsReplayed => Headers.Contains("Idempotency-Replayed");

    public long Id => Body.GetProperty("id").GetInt64();

    public string? Text(string property) => Body.GetProperty(property).GetString();

    public void IsProblem(HttpStatusCode status, string type)
    {
        Assert.Equal(status, Status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(ProblemPrefix + type, Body.GetProperty("type").GetString());
        Assert.Equal((int)status, Body.GetProperty("status").GetInt32());
        Assert.All(
            ["title", "detail", "traceId"],
            member => Assert.False(string.IsNullOrWhiteSpace(Body.GetProperty(member).GetString())));
    }
}

internal static class AnswerExtensions
{
    public static async Task<Answer> AskAsync(this HttpClient client, string path, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        return await client.AskAsync(request);
    }

    public static async Task<Answer> AskAsync(this HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers,
            body.RootElement.Clone());
    }

    /// <summary>Posts JSON, or nothing if <paramref name="body"/> is null.</summary>
    public static async Task<Answer> WriteAsync(
        this HttpClient client, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            _ => JsonContent.Create(body),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.AskAsync(request);
    }

    /// <summary>Places an order for a customer in the demo data.</summary>
    public static async Task<long> PlaceOrderAsync(
        this HttpClient client, string sku = "CAB-UC", int quantity = 1, string? note = null)
    {
        var answer = await client.WriteAsync(
            "/orders", new { customerId = 1234, lines = new[] { new { sku, quantity } }, note });
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer.Id;
    }

    public static async Task<JsonElement> GetOkAsync(this HttpClient client, string path)
    {
        var answer = await client.AskAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body;
    }
}
