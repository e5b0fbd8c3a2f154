using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.McpServer.Audit;

/// <summary>An API that stores and lists the records of tool calls (<c>Audit:Api</c>).</summary>
internal sealed class ApiAuditStore(ApiClients clients, IOptions<AuditOptions> options, IOptions<OpenApiToolsOptions> apis) : IAuditStore
{
    private const int MaxAnswer = 1024 * 1024;

    private readonly ApiOptions _options = apis.Value.Apis.First(api => api.Name == options.Value.Api);
    private ApiEndpoint? _endpoint;

    public string Name => _options.Name;

    public IReadOnlyList<string> ReadScopes => [$"{Name}.admin"];

    private ApiEndpoint Endpoint => _endpoint ??= clients.For(_options, serverUrl: null);

    /// <exception cref="InvalidOperationException">The API's address is unknown; the message names the settings.</exception>
    public void Check()
    {
        try
        {
            _ = Endpoint;
        }
        catch (ApiDocumentException exception)
        {
            throw new InvalidOperationException(
                $"The API '{Name}' should store the records of tool calls. {exception.Message} "
                + $"Set BaseAddress of that API, or leave {AuditOptions.Section}:{nameof(AuditOptions.Api)} empty for no audit.", exception);
        }
    }

    public async Task<bool> AddAsync(IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested(); // after the host has ended, its HTTP clients fail with other exceptions
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint.BaseAddress + options.Value.Path) { Content = new ByteArrayContent(BodyOf(records)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await Endpoint.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode
            || (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity
                ? false
                : throw new HttpRequestException($"It answered {response.StatusCode:D}.", inner: null, response.StatusCode));
    }

    public async Task<IReadOnlyList<AuditRecord>> ReadAsync(string? traceId, int most, CancellationToken cancellationToken)
    {
        var query = traceId is null ? $"limit={most}" : $"traceId={traceId}&limit={most}";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Endpoint.BaseAddress}{options.Value.Path}?{query}");
        using var response = await Endpoint.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var body = await BoundedBody.ReadAsync(response.Content, MaxAnswer, cancellationToken)
            ?? throw new IOException($"The answer is larger than {MaxAnswer} bytes.");
        return JsonSerializer.Deserialize(body.Span, AuditJson.Default.AuditPage)?.Items ?? [];
    }

    private static byte[] BodyOf(IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        var start = "{\"records\":["u8;
        var end = "]}"u8;
        var body = new byte[start.Length + records.Sum(record => record.Length + 1) - 1 + end.Length];
        start.CopyTo(body);
        var at = start.Length;
        foreach (var record in records)
        {
            record.Span.CopyTo(body.AsSpan(at));
            at += record.Length;
            body[at++] = (byte)',';
        }

        end.CopyTo(body.AsSpan(at - 1)); // replaces the last comma
        return body;
    }
}
