using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Operations.Arguments;

namespace OrdersMcp.McpServer.Operations.Results;

/// <summary>
/// Turns an API's response into the result of a tool call, with a budget of bytes for its JSON or text.
/// </summary>
internal sealed class ResponseReader(ToolOutput output, string api, ToolErrors errors, int budget)
{
    /// <summary>The member of a result's <c>_meta</c> that lists the fields that others wrote.</summary>
    public const string UntrustedMeta = "ordersmcp/untrusted";

    /// <summary>The member of a result's <c>_meta</c> that says how many items of how many a cut answer has.</summary>
    public const string TruncationMeta = "ordersmcp/cut";

    private const int MaxResponseBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Reads it; <paramref name="isSafe"/> where the call changed nothing, so that another can take its place.
    /// </summary>
    public async ValueTask<OperationResult> ReadAsync(HttpResponseMessage response, bool isSafe, string? key, CancellationToken cancellationToken)
    {
        if (await BoundedBody.ReadAsync(response.Content, MaxResponseBytes, cancellationToken) is not { } body)
        {
            return TooLarge($"more than {MaxResponseBytes} bytes", isSafe || !response.IsSuccessStatusCode);
        }

        if (!response.IsSuccessStatusCode)
        {
            return new OperationResult(errors.FromResponse(response, body, key)) { Outcome = ToolOutcomes.OfStatus((int)response.StatusCode) };
        }

        if (response.StatusCode == HttpStatusCode.NoContent || body.Length == 0)
        {
            return output.Schema is null
                ? Text("Done. The API had nothing to add.")
                : Unexpected("nothing");
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        if (type is null ? IsJson(body.Span) : MediaTypes.IsJson(type))
        {
            return Json(body, isSafe);
        }

        return output.Schema is null ? Block(response, body, type ?? "application/octet-stream") : Unexpected($"a body of type {type}");
    }

    private static bool IsJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private OperationResult Json(ReadOnlyMemory<byte> body, bool isSafe)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(body.Span);
        }
        catch (JsonException)
        {
            return Unexpected("JSON that cannot be read");
        }

        ListTruncation? cut = null;
        if (body.Length > budget && isSafe)
        {
            cut = ListTruncation.Find(json, budget);
            if (cut is null)
            {
                return TooLarge($"{body.Length} bytes", isSafe);
            }

            if (cut.Kept < cut.Total)
            {
                body = cut.Apply(json);
                json = JsonElement.Parse(body.Span);
            }
            else
            {
                cut = null; // only its white space was too much
            }
        }

        if (output.Schema is not null && !output.IsWrapped && json.ValueKind != JsonValueKind.Object)
        {
            return Unexpected($"a JSON {JsonTypesOf.Kind(json)}");
        }

        var text = Encoding.UTF8.GetString(body.Span);
        if (output.IsWrapped)
        {
            text = $$"""{"{{ToolOutput.WrapperProperty}}":{{text}}}""";
            json = JsonElement.Parse(text);
        }

        var result = new CallToolResult
        {
            Content = [new TextContentBlock { Text = text }],
            StructuredContent = output.Schema is null ? null : json,
            Meta = Meta(cut),
        };
        if (cut is not null)
        {
            result.Content.Add(new TextContentBlock
            {
                Text = $"Note: the answer was cut. It has the first {cut.Kept} of {cut.Total} items; the other {cut.Total - cut.Kept} are missing from it, "
                    + "and a next page goes on behind them. Ask for less at a time, or with narrower filters, to get them.",
            });
        }

        return new OperationResult(result, cut);
    }

    private JsonObject? Meta(ListTruncation? cut)
    {
        if (cut is null && output.Untrusted.Count == 0)
        {
            return null;
        }

        var meta = new JsonObject();
        if (output.Untrusted.Count > 0)
        {
            meta[UntrustedMeta] = new JsonArray([.. output.Untrusted.Select(path => (JsonNode)path)]);
        }

        if (cut is not null)
        {
            meta[TruncationMeta] = new JsonObject { ["kept"] = cut.Kept, ["total"] = cut.Total };
        }

        return meta;
    }

    private OperationResult Block(HttpResponseMessage response, ReadOnlyMemory<byte> body, string type)
    {
        if (MediaTypes.IsText(type))
        {
            return TruncateText(Decode(response, body));
        }

        ContentBlock block = MediaTypes.Essence(type).Split('/')[0] switch
        {
            "image" => ImageContentBlock.FromBytes(body, type),
            "audio" => AudioContentBlock.FromBytes(body, type),
            _ => new EmbeddedResourceBlock { Resource = BlobResourceContents.FromBytes(body, "urn:ordersmcp:answer", type) },
        };
        return new OperationResult(new CallToolResult { Content = [block] });
    }

    private OperationResult TruncateText(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= budget)
        {
            return Text(text);
        }

        var length = Math.Min(text.Length, budget);
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > budget || char.IsHighSurrogate(text[length - 1]))
        {
            length -= Math.Max(1, (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) - budget) / 4);
        }

        var answer = Text(text[..length]) with { IsTruncated = true };
        answer.Result.Content.Add(new TextContentBlock { Text = $"Note: the answer was cut. These are the first {length} of {text.Length} characters." });
        return answer;
    }

    private static string Decode(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var charset = response.Content.Headers.ContentType?.CharSet?.Trim('"');
        return charset is not null && charset.Equals("iso-8859-1", StringComparison.OrdinalIgnoreCase)
            ? Encoding.Latin1.GetString(body.Span)
            : Encoding.UTF8.GetString(body.Span);
    }

    private static OperationResult Text(string text) => new(new CallToolResult { Content = [new TextContentBlock { Text = text }] });

    private OperationResult TooLarge(string size, bool isSafe) => new(ToolErrors.Unusable(
        "The answer is too large",
        isSafe
            ? $"The {api} API answered {size}, where {budget} are passed on. Ask for less, for example with a smaller limit or narrower filters."
            : $"The {api} API did what was asked and answered {size}, which is more than is passed on. Do not call again; read what you need of the result."))
    {
        Outcome = ToolOutcome.ResultTooLarge,
    };

    private OperationResult Unexpected(string what) => new(ToolErrors.Unusable(
        "The answer is not what was promised",
        $"The {api} API accepted the call and answered {what}, where its document promises something else. What was asked may be done."))
    {
        Outcome = ToolOutcome.Internal,
    };
}
