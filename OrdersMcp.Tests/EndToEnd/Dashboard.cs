using System.Diagnostics;
using System.Text.Json;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>Reads telemetry back from the real Aspire dashboard.</summary>
internal sealed class Dashboard : IDisposable
{
    /// <summary>How soon after a call its trace must arrive.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client;

    public Dashboard(DashboardAddress manifest)
    {
        _client = new HttpClient { BaseAddress = new Uri(manifest.Url) };
        _client.DefaultRequestHeaders.Add("X-API-Key", manifest.ApiKey);
    }

    /// <summary>The spans of the first trace with such a span after this time, once all spans down to the SQL have arrived.</summary>
    public Task<Span[]> TraceSinceAsync(DateTimeOffset since, string name) => ReadAsync("/api/telemetry/traces?limit=200", all => all
        .GroupBy(span => span.TraceId, (_, spans) => spans.ToArray())
        .FirstOrDefault(trace => trace.Any(span => span.Name == name && span.Start >= since && LeadsToSql(span, trace))));

    /// <summary>The log texts with this trace id, once this resource has one.</summary>
    public async Task<string[]> LogsAsync(string traceId)
    {
        return await UntilAsync($"/api/telemetry/logs?traceId={traceId}", data =>
        {
            var logs = data.GetProperty("resourceLogs").EnumerateArray()
                .SelectMany(resource => resource.GetProperty("scopeLogs").EnumerateArray())
                .SelectMany(scope => scope.GetProperty("logRecords").EnumerateArray())
                .Where(log => log.GetProperty("traceId").GetString() == traceId)
                .Select(log => log.GetProperty("body").GetProperty("stringValue").GetString()!)
                .ToArray();
            return logs.Length > 0 ? logs : null;
        });
    }

    /// <summary>The URL paths of all server spans so far.</summary>
    public async Task<string[]> PathsAsync() => [
        .. (await ReadAsync("/api/telemetry/traces?limit=1000", all => all))
            .Select(span => span.Attributes.GetValueOrDefault("url.path")).OfType<string>().Distinct(),
    ];

    /// <summary>All spans of the dashboard, once there is no problem with them.</summary>
    /// <param name="problem">The problem with the spans, or null.</param>
    /// <param name="patience">How long the problem may last.</param>
    public async Task<Span[]> SpansAsync(Func<Span[], string?> problem, TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            using var response = await _client.GetAsync("/api/telemetry/traces?limit=10000", TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
            var spans = Spans(JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("data"));
            if (problem(spans) is not { } what)
            {
                return spans;
            }

            Assert.True(waited.Elapsed < patience, what);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The raw response of the dashboard.</summary>
    public async Task<string> TextAsync(string path)
    {
        using var response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The resource attributes in the traces, by service.</summary>
    public async Task<Dictionary<string, Dictionary<string, string>>> ServicesAsync() =>
        JsonElement.Parse(await TextAsync("/api/telemetry/traces?limit=10000")).GetProperty("data").GetProperty("resourceSpans").EnumerateArray()
            .Select(resource => Attributes(resource.GetProperty("resource")))
            .DistinctBy(service => service["service.name"])
            .ToDictionary(service => service["service.name"]);

    public void Dispose() => _client.Dispose();

    private Task<Span[]> ReadAsync(string path, Func<Span[], Span[]?> pick) => UntilAsync(path, data => pick(Spans(data)));

    private static Span[] Spans(JsonElement data) => [
        .. from resource in data.GetProperty("resourceSpans").EnumerateArray()
           let service = Attributes(resource.GetProperty("resource"))["service.name"]
           from scope in resource.GetProperty("scopeSpans").EnumerateArray()
           from span in scope.GetProperty("spans").EnumerateArray()
           select new Span(
               service,
               span.GetProperty("name").GetString()!,
               span.GetProperty("kind").GetInt32(),
               span.GetProperty("traceId").GetString()!,
               span.GetProperty("spanId").GetString()!,
               span.TryGetProperty("parentSpanId", out var parent) ? parent.GetString() : null,
               DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(span.GetProperty("startTimeUnixNano").GetString()!) / 1_000_000),
               Attributes(span),
               span.TryGetProperty("status", out var status) && status.TryGetProperty("code", out var code) && code.GetInt32() == 2,
               span.TryGetProperty("links", out var links) ? [.. links.EnumerateArray().Select(link => link.GetProperty("spanId").GetString()!)] : []),
    ];

    private static bool LeadsToSql(Span span, Span[] trace) =>
        span.Attributes.ContainsKey("db.query.text") || trace.Any(child => child.ParentId == span.Id && LeadsToSql(child, trace));

    private async Task<T> UntilAsync<T>(string path, Func<JsonElement, T?> pick)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        var last = "";
        while (waited.Elapsed < Patience)
        {
            using var response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
            last = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (response.IsSuccessStatusCode && pick(JsonElement.Parse(last).GetProperty("data")) is { } found)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"The dashboard did not show it within {Patience.TotalSeconds} s. Its last answer to {path}: {last}");
    }

    private static Dictionary<string, string> Attributes(JsonElement owner) =>
        owner.TryGetProperty("attributes", out var attributes)
            ? attributes.EnumerateArray().ToDictionary(
                attribute => attribute.GetProperty("key").GetString()!,
                attribute => attribute.GetProperty("value").EnumerateObject().First().Value.ToString())
            : [];
}

/// <summary>A span from the dashboard. <paramref name="Kind"/> is the OTLP value: 2 server, 3 client.</summary>
internal sealed record Span(
    string Service, string Name, int Kind, string TraceId, string Id, string? ParentId, DateTimeOffset Start, Dictionary<string, string> Attributes,
    bool IsError, string[] Links);
