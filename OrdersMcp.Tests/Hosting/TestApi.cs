using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.Tests.Hosting;

/// <summary>
/// A small API on a free loopback port, for things that the orders API never does: other documents, odd responses, failures.
/// </summary>
internal sealed class TestApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _auditDeliveries;
    private int _documentReads;

    private TestApi(WebApplication app) => _app = app;

    /// <summary>The OpenAPI document, at <c>/openapi/v1.json</c>.</summary>
    public string Document { get; set; } = "";

    /// <summary>
    /// The document and entity tag for the request of this number, as replicas of several versions would answer; null for
    /// <see cref="Document"/>.
    /// </summary>
    public Func<int, (string Document, string Tag)>? Replicas { get; set; }

    /// <summary>Responds to all other requests.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>The answered requests, without reads of the document.</summary>
    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    /// <summary>The response status for deliveries and reads of audit records.</summary>
    public int AuditStatus { get; set; } = 200;

    /// <summary>The task that deliveries of audit records wait for.</summary>
    public Task AuditGate { get; set; } = Task.CompletedTask;

    /// <summary>The number of deliveries of audit records, answered or not.</summary>
    public int AuditDeliveries => _auditDeliveries;

    /// <summary>The delivered audit records by id, once each, like in the orders API.</summary>
    public ConcurrentDictionary<string, JsonObject> Audit { get; } = new(StringComparer.Ordinal);

    public string Address { get; private set; } = "";

    public static async Task<TestApi> StartAsync(string document, string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        var api = new TestApi(builder.Build()) { Document = document };
        api._app.Run(api.HandleAsync);
        await api._app.StartAsync(TestContext.Current.CancellationToken);
        api.Address = api._app.Urls.Single();
        return api;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/openapi/v1.json")
        {
            context.Response.ContentType = "application/json";
            var number = Interlocked.Increment(ref _documentReads);
            (string Document, string? Tag) answer = Replicas is { } replicas ? replicas(number) : (Document, null);
            context.Response.Headers.ETag = answer.Tag;
            await context.Response.WriteAsync(answer.Document);
            return;
        }

        if (context.Request.Path == "/admin/tool-calls")
        {
            await HandleAuditAsync(context);
            return;
        }

        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        Requests.Enqueue(new ReceivedRequest(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(context.RequestAborted)));
        await Answer(context);
    }

    private async Task HandleAuditAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            if (AuditStatus != StatusCodes.Status200OK)
            {
                context.Response.StatusCode = AuditStatus;
                return;
            }

            var trace = context.Request.Query["traceId"].ToString();
            var items = Audit.Values.Where(record => trace.Length == 0 || record["traceId"]?.GetValue<string>() == trace).Select(JsonNode? (record) => record.DeepClone());
            await context.Response.WriteAsJsonAsync(new JsonObject { ["items"] = new JsonArray([.. items]) });
            return;
        }

        Interlocked.Increment(ref _auditDeliveries);
        await AuditGate.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = AuditStatus;
        if (AuditStatus == StatusCodes.Status200OK)
        {
            var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            foreach (var record in body!["records"]!.AsArray())
            {
                Audit.TryAdd(record!["id"]!.GetValue<string>(), record.DeepClone().AsObject());
            }
        }
    }
}

/// <summary>A received request. <paramref name="Target"/> is the path and query on the wire.</summary>
internal sealed record ReceivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
