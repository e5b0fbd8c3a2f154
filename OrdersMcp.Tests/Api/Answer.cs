using System.Net;
using System.Text.Json;

namespace OrdersMcp.Tests.Api;

/// <summary>What the API answered.</summary>
internal sealed record Answer(HttpStatusCode Status, string? ContentType, JsonElement Body)
{
    private const string ProblemPrefix = "urn:ordersmcp:problem:";

    /// <summary>A rule that the parameter breaks.</summary>
    public string Error(string parameter) => Body.GetProperty("errors").GetProperty(parameter)[0].GetString()!;

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
            response.StatusCode, response.Content.Headers.ContentType?.MediaType, body.RootElement.Clone());
    }

    public static async Task<JsonElement> GetOkAsync(this HttpClient client, string path)
    {
        var answer = await client.AskAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body;
    }
}
