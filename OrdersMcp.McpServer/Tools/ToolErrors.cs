using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Tools;

/// <summary>Error results that a model can act on: problem details (RFC 9457) as the one text of the result.</summary>
internal static class ToolErrors
{
    /// <summary>The text is for a model, not for HTML: quotes and letters stay as they are.</summary>
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static CallToolResult InvalidArguments(string detail) => Problem("Invalid arguments", status: null, detail);

    public static CallToolResult Unavailable(string api, string detail) => Problem($"The {api} API is unavailable", status: 503, detail);

    public static CallToolResult Problem(string title, int? status, string detail)
    {
        var problem = new JsonObject { ["title"] = title };
        if (status is not null)
        {
            problem["status"] = status;
        }

        problem["detail"] = detail;
        return Error(problem.ToJsonString(Readable));
    }

    /// <summary>The API's own problem details where it gave any, else the status in words.</summary>
    public static CallToolResult FromResponse(HttpResponseMessage response, ReadOnlyMemory<byte> body, string api)
    {
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json")
        {
            return Error(Encoding.UTF8.GetString(body.Span));
        }

        return response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            ? Unavailable(api, "Call again in a few seconds.")
            : Problem($"The {api} API refused the call", (int)response.StatusCode, $"It answered {(int)response.StatusCode} {response.ReasonPhrase}.");
    }

    private static CallToolResult Error(string text) =>
        new() { IsError = true, Content = [new TextContentBlock { Text = text }] };
}
