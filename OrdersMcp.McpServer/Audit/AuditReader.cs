using System.Text.Json;
using OrdersMcp.McpServer.Operations.Requests;
using OrdersMcp.McpServer.Operations.Results;

namespace OrdersMcp.McpServer.Audit;

/// <summary>Reads records of tool calls from the API that stores them.</summary>
internal static class AuditReader
{
    private const int MaxAnswer = 1024 * 1024;

    /// <summary>The first page of the records that a query selects, newest first.</summary>
    /// <exception cref="HttpRequestException">The API cannot be reached, or refuses.</exception>
    /// <exception cref="IOException">The answer is incomplete or too large.</exception>
    /// <exception cref="JsonException">The answer is not a page of records.</exception>
    public static async Task<IReadOnlyList<AuditRecord>> ReadAsync(
        ApiEndpoint api, string path, string query, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{api.BaseAddress}{path}?{query}");
        using var response = await api.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var body = await BoundedBody.ReadAsync(response.Content, MaxAnswer, cancellationToken)
            ?? throw new IOException($"Its answer is larger than {MaxAnswer} bytes.");
        return JsonSerializer.Deserialize(body.Span, AuditJson.Default.AuditPage)?.Items ?? [];
    }
}
