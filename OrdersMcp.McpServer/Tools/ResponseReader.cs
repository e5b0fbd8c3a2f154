using System.Net;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Tools;

/// <summary>Turns an API's response into the result of a tool call.</summary>
internal static class ResponseReader
{
    private const int MaxResponseBytes = 4 * 1024 * 1024;

    public static async ValueTask<CallToolResult> ReadAsync(
        HttpResponseMessage response, string api, bool hasOutputSchema, CancellationToken cancellationToken)
    {
        if (await ReadBodyAsync(response.Content, cancellationToken) is not { } body)
        {
            return ToolErrors.Problem(title: "The answer is too large", status: null,
                $"The {api} API answered more than {MaxResponseBytes} bytes. Ask for less, for example with a smaller limit.");
        }

        if (!response.IsSuccessStatusCode)
        {
            return ToolErrors.FromResponse(response, body, api);
        }

        if (response.StatusCode == HttpStatusCode.NoContent || body.Length == 0)
        {
            return new CallToolResult { Content = [new TextContentBlock { Text = "Done. The API had nothing to add." }] };
        }

        var text = Encoding.UTF8.GetString(body.Span);
        return new CallToolResult
        {
            Content = [new TextContentBlock { Text = text }],
            StructuredContent = hasOutputSchema ? JsonElement.Parse(body.Span) : null,
        };
    }

    /// <summary>The whole body, or null where it is larger than <see cref="MaxResponseBytes"/>.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxResponseBytes)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[content.Headers.ContentLength ?? 16 * 1024];
        var length = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
            if (length > MaxResponseBytes)
            {
                return null;
            }

            if (length == buffer.Length && length != content.Headers.ContentLength)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return buffer.AsMemory(0, length);
    }
}
