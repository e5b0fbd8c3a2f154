using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Operations.Arguments;
using OrdersMcp.McpServer.Operations.Requests;
using OrdersMcp.ServiceDefaults;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.McpServer.Operations.Results;

/// <summary>
/// Error results that a model can act on: problem details (RFC 9457) as the one text of the result, with what an API
/// said of the error and what to do next, and nothing of how the API is built or where it is.
/// </summary>
internal sealed partial class ToolErrors(ApiEndpoint api, string method)
{
    private const int LongestForeignAnswer = 4 * 1024;

    /// <summary>The text is for a model, not for HTML: quotes and letters stay as they are.</summary>
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Members of problem details that development error pages add.</summary>
    private static readonly string[] Internals =
        ["exception", "exceptionDetails", "innerException", "stackTrace", "stack", "trace", "headers", "source", "debug"];

    public static OperationResult InvalidArguments(ArgumentReport report)
    {
        var errors = new JsonObject();
        foreach (var path in report.ProblemsByPath())
        {
            errors[path.Key] = new JsonArray([.. path.Select(rule => (JsonNode)rule)]);
        }

        return Error(ToolOutcome.InvalidArguments, new JsonObject
        {
            ["title"] = "Invalid arguments",
            ["detail"] = "Nothing was called. Correct the arguments named in errors and call again.",
            ["errors"] = errors,
        });
    }

    /// <summary>A failure that is of the answer, not of the call.</summary>
    public static CallToolResult Unusable(string title, string detail) => Error(new JsonObject { ["title"] = title, ["detail"] = detail });

    /// <summary>The answer has more bytes than are passed on.</summary>
    public static CallToolResult TooLarge(string api, int maxBytes) => Unusable(
        "The answer is too large", $"The {api} API answered more than the {maxBytes} bytes that are passed on. Ask for less.");

    /// <summary>The error of a call that ended with an exception; null for an exception that is not the API's doing.</summary>
    public OperationResult? Of(Exception exception, string? key) => exception switch
    {
        BrokenCircuitException => NotReached(),
        _ when HttpResilience.IsUnreachable(exception) => NotReached(),
        HttpRequestException or IOException =>
            Unanswered(ToolOutcome.UpstreamUnavailable, "The connection broke before it answered", key),
        TimeoutRejectedException or TimeoutException =>
            Unanswered(ToolOutcome.UpstreamTimeout, "It did not answer in time", key),
        _ => null,
    };

    /// <summary>The API could not be reached, so that nothing was asked of it.</summary>
    private OperationResult NotReached() => Unavailable(
        ToolOutcome.UpstreamUnavailable, "It could not be reached, so nothing was changed. Call again in a few seconds.", isSafeToRepeat: true);

    /// <summary>The call was sent, and what became of it is unknown.</summary>
    /// <param name="outcome">How the call ended.</param>
    /// <param name="what">Such as <c>It did not answer in time</c>.</param>
    /// <param name="key">The idempotency key of the call, if it had one.</param>
    private OperationResult Unanswered(ToolOutcome outcome, string what, string? key) =>
        Unavailable(outcome, $"{what}{Advice(key)}", IsSafeToRepeat(key));

    /// <summary>The API's own problem details where it gave any, else the status in words.</summary>
    public CallToolResult FromResponse(HttpResponseMessage response, ReadOnlyMemory<byte> body, string? key)
    {
        var status = (int)response.StatusCode;
        var json = Parse(body);
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json" && json is not null)
        {
            var changed = AddRetryAfter(json, response);
            foreach (var name in Internals)
            {
                changed |= json.Remove(name);
            }

            var text = changed ? json.ToJsonString(Readable) : Encoding.UTF8.GetString(body.Span);
            return StackTrace().IsMatch(text) ? Failed(status, response, key) : Error(Redacted(text));
        }

        if (status >= 500)
        {
            return Failed(status, response, key);
        }

        var problem = new JsonObject
        {
            ["title"] = $"The {api.Name} API refused the call",
            ["status"] = status,
            ["detail"] = $"It answered {status} {response.ReasonPhrase}.",
        };
        if (json is not null && body.Length <= LongestForeignAnswer)
        {
            problem["answer"] = json;
        }

        AddRetryAfter(problem, response);
        var refused = problem.ToJsonString(Readable);
        return StackTrace().IsMatch(refused) ? Failed(status, response, key) : Error(Redacted(refused));
    }

    private CallToolResult Failed(int status, HttpResponseMessage response, string? key)
    {
        var isUnavailable = status is 502 or 503 or 504;
        var problem = new JsonObject
        {
            ["title"] = isUnavailable ? $"The {api.Name} API is unavailable" : $"The {api.Name} API failed",
            ["status"] = status,
            ["detail"] = $"It answered {status}{Advice(key)}",
            ["safeToRepeat"] = IsSafeToRepeat(key),
        };
        AddRetryAfter(problem, response);
        return Error(problem);
    }

    private OperationResult Unavailable(ToolOutcome outcome, string detail, bool isSafeToRepeat) => Error(outcome, new JsonObject
    {
        ["title"] = $"The {api.Name} API is unavailable",
        ["status"] = 503,
        ["detail"] = detail,
        ["safeToRepeat"] = isSafeToRepeat,
    });

    private bool IsSafeToRepeat(string? key) => key is not null || method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE";

    private string Advice(string? key) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE"
        ? ". Call again in a few seconds."
        : key is not null
            ? $", and may or may not have done what was asked. To repeat the call without doing it twice, pass idempotencyKey \"{key}\" with the same arguments."
            : IsSafeToRepeat(key)
                ? ", and may or may not have done what was asked. Calling again with the same arguments has the same effect."
                : ", and may or may not have done what was asked. Read the current state before you call again.";

    /// <summary>Seconds, be the header a number or a date (RFC 9110, section 10.2.3).</summary>
    private static bool AddRetryAfter(JsonObject problem, HttpResponseMessage response)
    {
        var seconds = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta.TotalSeconds,
            { Date: { } date } when response.Headers.Date is { } now => (date - now).TotalSeconds,
            _ => (double?)null,
        };
        if (seconds is null || problem.ContainsKey("retryAfter"))
        {
            return false;
        }

        problem["retryAfter"] = Math.Max(0, (int)Math.Ceiling(seconds.Value));
        return true;
    }

    /// <summary>Without the API's address and the secrets that it was sent, should it repeat them.</summary>
    private string Redacted(string text)
    {
        foreach (var secret in api.Secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text.Replace(api.BaseAddress, "", StringComparison.OrdinalIgnoreCase)
            .Replace(api.Authority, api.Name, StringComparison.OrdinalIgnoreCase);
    }

    private static JsonObject? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A problem that was put together elsewhere, and how it ends the call.</summary>
    public static OperationResult Error(ToolOutcome outcome, JsonObject problem) => new(Error(problem)) { Outcome = outcome };

    private static CallToolResult Error(JsonObject problem) => Error(problem.ToJsonString(Readable));

    private static CallToolResult Error(string text) =>
        new() { IsError = true, Content = [new TextContentBlock { Text = text }] };

    /// <summary>A line of a stack trace, of .NET, Java, JavaScript or Python.</summary>
    [GeneratedRegex("""(\\n|\\r|\\t|^|\n)\s*(at [\w.$<>`\[\], ]+\(|File \\?"[^"]+\\?", line \d+)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex StackTrace();
}
