using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Tasks;

/// <summary>An API with exports as jobs. The test sets their progress.</summary>
internal sealed class JobsApi : IAsyncDisposable
{
    public static readonly DateTimeOffset Expires = DateTimeOffset.UnixEpoch.AddDays(30_000);

    public static readonly string Document = Documents.With(
        """
        {
          "/exports": {
            "post": {
              "operationId": "export_orders",
              "summary": "Export orders",
              "requestBody": { "content": { "application/json": { "schema": { "type": "object", "properties": { "format": { "type": "string" } } } } } },
              "responses": { "202": { "description": "The job", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Job" } } } } },
              "x-mcp": { "task": { "get": "get_export", "cancel": "cancel_export", "resource": "test://exports/{exportId}", "parameter": "exportId" } }
            }
          },
          "/exports/{exportId}": {
            "parameters": [ { "name": "exportId", "in": "path", "required": true, "schema": { "type": "string" } } ],
            "get": {
              "operationId": "get_export",
              "responses": { "200": { "description": "The job", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Job" } } } } }
            },
            "delete": { "operationId": "cancel_export", "x-mcp": { "hide": true }, "responses": { "204": { "description": "Cancelled" } } }
          }
        }
        """,
        """
        {
          "Job": {
            "type": "object", "required": ["id", "status"],
            "properties": {
              "id": { "type": "string" }, "status": { "type": "string" }, "progress": { "type": ["integer", "null"] }, "total": { "type": "integer" },
              "message": { "type": ["string", "null"] }, "expiresAt": { "type": "string" }
            }
          }
        }
        """);

    private JobsApi(TestApi api)
    {
        Api = api;
        api.Answer = AnswerAsync;
    }

    public TestApi Api { get; }

    /// <summary>The responses to successive reads of a job; the last one repeats.</summary>
    public ConcurrentQueue<string> States { get; } = new();

    public Func<HttpContext, Task>? OnRead { get; set; }

    public int CancelStatus { get; set; } = StatusCodes.Status204NoContent;

    public IEnumerable<string> Sent => Api.Requests.Select(request => $"{request.Method} {request.Target}");

    public static async Task<JobsApi> StartAsync() => new(await TestApi.StartAsync(Document));

    public static string Job(string status, int? progress = null, string? message = null) => new JsonObject
    {
        ["id"] = "e 1",
        ["status"] = status,
        ["progress"] = progress,
        ["total"] = 10,
        ["message"] = message,
        ["expiresAt"] = Expires.ToString("O"),
    }.ToJsonString();

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method == "DELETE")
        {
            context.Response.StatusCode = CancelStatus;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "application/json";
        if (context.Request.Method == "POST")
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return context.Response.WriteAsync(Job("queued"));
        }

        if (OnRead is not null)
        {
            return OnRead(context);
        }

        var isLast = States.Count == 1;
        Assert.True(isLast ? States.TryPeek(out var state) : States.TryDequeue(out state));
        return context.Response.WriteAsync(state!);
    }
}
