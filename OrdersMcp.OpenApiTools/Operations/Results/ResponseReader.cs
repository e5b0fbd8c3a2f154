using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>
/// Turns an API's response into the result of a tool call, with a budget of bytes for its JSON or text. An answer that
/// differs from the document is still passed on: a note names the difference, and the operator gets a report.
/// </summary>
internal sealed class ResponseReader(ToolOutput output, AnsweredOperation operation, ApiEndpoint api, ToolErrors errors, int budget)
{
    /// <summary>The member of a result's <c>_meta</c> that lists the untrusted fields.</summary>
    public const string UntrustedMeta = "ordersmcp/untrusted";

    /// <summary>
    /// The member of a result's <c>_meta</c> that holds the kept and total number of items in a truncated answer.
    /// </summary>
    public const string TruncationMeta = "ordersmcp/cut";

    private const int MaxResponseBytes = 4 * 1024 * 1024;
    private const string EventStream = "text/event-stream";

    private readonly AnswerCheck _check = new(output);

    /// <summary>Reads a response.</summary>
    /// <param name="response">The response.</param>
    /// <param name="key">The idempotency key of the call, if it had one.</param>
    /// <param name="enough">Cancelled when the time for the call is up.</param>
    /// <param name="cancellationToken">Cancelled when the caller stops waiting for the result.</param>
    public async ValueTask<OperationResult> ReadAsync(
        HttpResponseMessage response, string? key, CancellationToken enough, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return Nothing("Not modified: what is known of it is current.", isPromised: true);
        }

        if (Redirects.Is(response) && !output.CanRedirect)
        {
            return new OperationResult(errors.Redirected(response)) { Outcome = ToolOutcome.Internal };
        }

        var result = await ReadBodyAsync(response, key, enough, cancellationToken);
        if (result.Result.IsError is not true && AnswerNotes.Of(response, api, result.Json(), output.TellsVersion) is { } note)
        {
            result.Result.Content.Add(new TextContentBlock { Text = note });
        }

        return result;
    }

    private async ValueTask<OperationResult> ReadBodyAsync(
        HttpResponseMessage response, string? key, CancellationToken enough, CancellationToken cancellationToken)
    {
        var isSuccess = response.IsSuccessStatusCode || Redirects.Is(response);
        if (operation.Method == "HEAD")
        {
            return isSuccess ? Nothing("Done. The answer has no body.", isPromised: true) : Refused(response, default, key);
        }

        if (isSuccess && response.Content.Headers.ContentType?.MediaType == EventStream)
        {
            return await ReadEventsAsync(response, enough, cancellationToken);
        }

        ReadOnlyMemory<byte>? read;
        try
        {
            read = await BoundedBody.ReadAsync(response.Content, MaxResponseBytes, enough);
        }
        catch (InvalidDataException)
        {
            return Unusable($"a body that cannot be decoded as its Content-Encoding says ({response.StatusCode:D})");
        }

        return read is not { } body ? TooLarge($"more than {MaxResponseBytes} bytes", operation.IsSafe || !isSuccess)
            : !isSuccess ? Refused(response, body, key)
            : body.Length == 0 ? Nothing("Done. The API had nothing to add.", isPromised: false)
            : Success(response, body);
    }

    private OperationResult Refused(HttpResponseMessage response, ReadOnlyMemory<byte> body, string? key) =>
        new(errors.FromResponse(response, body, key)) { Outcome = ToolOutcomes.OfStatus((int)response.StatusCode) };

    private OperationResult Success(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        var charset = response.Content.Headers.ContentType?.CharSet;
        if (IsJsonType(type) || MediaTypes.CanHoldText(type))
        {
            var utf8 = EncodedText.ToUtf8(charset, body);
            if (IsJsonType(type) || ((type is null || output.IsJson) && LooksLikeJson(utf8.Span)))
            {
                if (TryParse(utf8, out var json))
                {
                    return Json(utf8, json);
                }

                if (ForeignNumbers.Replace(utf8.Span) is { } replaced && TryParse(replaced, out json))
                {
                    var answer = Json(replaced, json);
                    answer.Result.Content.Add(new TextContentBlock { Text = "Note: the answer has numbers that JSON does not have (NaN or Infinity); they are null here." });
                    return answer;
                }
            }
        }

        // Text remains text, even if it is invalid JSON.
        if (IsJsonType(type) || (type is null ? Utf8.IsValid(body.Span) && !body.Span.Contains((byte)0) : MediaTypes.IsText(type)))
        {
            var text = TruncateText(EncodedText.Decode(charset, body.Span));
            return Checked(text, _check.CheckOther(((TextContentBlock)text.Result.Content[0]).Text, IsJsonType(type) ? "is not valid JSON" : $"is of type {type ?? "text"}"));
        }

        type ??= "application/octet-stream";
        return Checked(Block(body, type), _check.CheckOther(text: null, $"is of type {type}"));
    }

    private static bool IsJsonType(string? type) => type is not null && MediaTypes.IsJson(type);

    /// <summary>
    /// APIs send JSON as text, HTML, JavaScript, bytes or without a type. If the document declares JSON, it is read as JSON.
    /// </summary>
    private static bool LooksLikeJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private static bool TryParse(ReadOnlyMemory<byte> body, out JsonElement json)
    {
        try
        {
            json = JsonElement.Parse(body.Span);
            return true;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }

    private OperationResult Json(ReadOnlyMemory<byte> body, JsonElement json)
    {
        ListTruncation? cut = null;
        string? missing = null;
        var size = body.Length;
        if (size > budget && operation.IsSafe)
        {
            cut = ListTruncation.Find(json, budget);
            if (cut is { Kept: var kept, Total: var total })
            {
                if (kept < total)
                {
                    body = cut.Apply(json);
                }
                else
                {
                    cut = null; // only the white space was too large
                }
            }
            else if (!TryShorten(json, out body, out missing))
            {
                return TooLarge($"{size} bytes", isSafe: true);
            }

            json = JsonElement.Parse(body.Span);
        }

        var text = Encoding.UTF8.GetString(body.Span);
        var wrapped = output.IsWrapped ? $$"""{"{{ToolOutput.WrapperProperty}}":{{text}}}""" : text;
        var check = _check.Check(json, output.IsWrapped ? JsonElement.Parse(wrapped) : json);
        var result = new CallToolResult
        {
            Content = [new TextContentBlock { Text = check.Problem is null ? wrapped : text }],
            Meta = Meta(cut, isUnexpected: check.Problem is not null),
        };
        if (cut is not null)
        {
            result.Content.Add(new TextContentBlock
            {
                Text = $"Note: the answer was shortened. It has the first {cut.Kept} of {cut.Total} items; the other {cut.Total - cut.Kept} are missing, "
                    + "and the next page starts after them. Request fewer items at a time, or use narrower filters, to get them.",
            });
        }
        else if (missing is not null)
        {
            result.Content.Add(new TextContentBlock
            {
                Text = $"Note: the answer was too large ({size} bytes; the limit is {budget}) and was shortened: {missing}. "
                    + "Request less at a time, single fields, or use narrower filters, to get the rest.",
            });
        }

        return Checked(
            new OperationResult(result, cut)
            {
                IsTruncated = cut is not null || missing is not null,
                Unexpected = check.Problem is null ? default : json,
            },
            check);
    }

    private bool TryShorten(JsonElement json, out ReadOnlyMemory<byte> body, out string? missing)
    {
        try
        {
            (body, missing) = JsonShortening.Of(json, budget);
            return body.Length <= budget;
        }
        catch (InvalidOperationException)
        {
            (body, missing) = (default, null); // text with half a character cannot be truncated
            return false;
        }
    }

    /// <summary>Adds the content that the schema allows, and a note if the answer differs from the document.</summary>
    private OperationResult Checked(OperationResult result, CheckedAnswer check)
    {
        result.Result.StructuredContent = check.Content;
        if (check.Problem is var (path, rule))
        {
            api.Observer?.Mismatched(api.Name, operation.Id, path);
            result.Result.Content.Add(new TextContentBlock
            {
                Text = $"Note: the answer is not what the API's document says ({(path.Length == 0 ? "it" : path)} {rule.TrimEnd('.')}); it is passed on as it came.",
            });
        }

        return result;
    }

    private JsonObject? Meta(ListTruncation? cut, bool isUnexpected)
    {
        if (cut is null && output.Untrusted.Count == 0)
        {
            return null;
        }

        var meta = new JsonObject();
        if (output.Untrusted.Count > 0)
        {
            var paths = isUnexpected ? output.Untrusted.Append(ToolOutput.UnexpectedProperty) : output.Untrusted;
            meta[UntrustedMeta] = new JsonArray([.. paths.Select(path => (JsonNode)path)]);
        }

        if (cut is not null)
        {
            meta[TruncationMeta] = new JsonObject { ["kept"] = cut.Kept, ["total"] = cut.Total };
        }

        return meta;
    }

    /// <summary>An event stream may never end: the answer is the part that arrives in time.</summary>
    private async ValueTask<OperationResult> ReadEventsAsync(
        HttpResponseMessage response, CancellationToken enough, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(enough);
        limited.CancelAfter(api.Timeout);
        var (body, isWhole) = await BoundedBody.ReadAvailableAsync(response.Content, budget, limited.Token, cancellationToken);
        var result = Text(EncodedText.Decode(response.Content.Headers.ContentType?.CharSet, body.Span)) with { IsTruncated = !isWhole };
        if (!isWhole)
        {
            result.Result.Content.Add(new TextContentBlock
            {
                Text = body.Length < budget
                    ? $"Note: these are the events of the first {api.Timeout.TotalSeconds:0.#} s; the stream had not ended."
                    : $"Note: these are the first {body.Length} bytes of the stream; it went on.",
            });
        }

        return Checked(result, _check.CheckOther(((TextContentBlock)result.Result.Content[0]).Text, $"is of type {EventStream}"));
    }

    private static OperationResult Block(ReadOnlyMemory<byte> body, string type)
    {
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
        answer.Result.Content.Add(new TextContentBlock { Text = $"Note: the answer was shortened to the first {length} of {text.Length} characters." });
        return answer;
    }

    private static OperationResult Text(string text) => new(new CallToolResult { Content = [new TextContentBlock { Text = text }] });

    /// <summary>An answer without a body. A success counts even if the document declares a body for it.</summary>
    private OperationResult Nothing(string text, bool isPromised)
    {
        var check = _check.CheckOther(text: null, "is empty");
        return isPromised
            ? Checked(Text(text), check with { Problem = null })
            : Checked(Text(text), check);
    }

    private OperationResult TooLarge(string size, bool isSafe) => new(ToolErrors.Unusable(
        "The answer is too large",
        isSafe
            ? $"The {api.Name} API answered {size}; the limit is {budget} bytes. Ask for less, for example with a smaller limit or narrower filters."
            : $"The {api.Name} API did what was asked, but its answer of {size} is too large to pass on. Do not call again; read what you need of the result."))
    {
        Outcome = ToolOutcome.ResultTooLarge,
    };

    private OperationResult Unusable(string what) => new(ToolErrors.Unusable(
        "The answer cannot be read", $"The {api.Name} API answered {what}. The call may have taken effect."))
    {
        Outcome = ToolOutcome.Internal,
    };
}

/// <summary>The operation whose responses are read.</summary>
/// <param name="Id">The operation's id, or its method and path.</param>
/// <param name="Method">Its HTTP method.</param>
/// <param name="IsSafe">Whether a call changes nothing, so that another call can replace it.</param>
internal sealed record AnsweredOperation(string Id, string Method, bool IsSafe);
