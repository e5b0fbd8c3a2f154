using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Arguments;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.ServiceDefaults;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>
/// Error results that a model can act on: problem details (RFC 9457) as the only text of the result. They contain what an
/// API said about the error and what to do next, but not how the API is built or where it is.
/// </summary>
internal sealed class ToolErrors(ApiEndpoint api, string method)
{

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

    /// <summary>A failure of the answer, not of the call.</summary>
    public static CallToolResult Unusable(string title, string detail) => Error(new JsonObject { ["title"] = title, ["detail"] = detail });

    /// <summary>The answer has more bytes than the limit.</summary>
    public static CallToolResult TooLarge(string api, int maxBytes) => Unusable(
        "The answer is too large", $"The {api} API answered more than {maxBytes} bytes, which is the limit. Ask for less.");

    /// <summary>
    /// The error of a call that ended with an exception; null for an exception that the API did not cause.
    /// </summary>
    public OperationResult? Of(Exception exception, string? key) => exception switch
    {
        OAuthTokenException refused => NotAuthorized(refused),
        BrokenCircuitException => NotReached(exception),
        _ when HttpResilience.IsUnreachable(exception) => NotReached(exception),
        HttpRequestException or IOException =>
            Unanswered(ToolOutcome.UpstreamUnavailable, "The connection broke before it answered", key),
        TimeoutRejectedException or TimeoutException =>
            Unanswered(ToolOutcome.UpstreamTimeout, "It did not answer in time", key),
        _ => null,
    };

    /// <summary>There is no access token for the API, so the call was not sent.</summary>
    private OperationResult NotAuthorized(OAuthTokenException exception)
    {
        api.Observer?.Unauthorized(api.Name, exception.Message, exception);
        return Unavailable(
            ToolOutcome.UpstreamUnavailable, $"This server could not get an access token for it{(exception.IsOfCaller ? ": the call must bring its own token" : "")}. Nothing was changed.", isSafeToRepeat: true);
    }

    /// <summary>The API could not be reached, so the call was not sent. Only the log contains the address.</summary>
    private OperationResult NotReached(Exception exception)
    {
        var cause = ConnectionFailure.CauseOf(exception);
        var address = new Uri(api.BaseAddress);
        api.Observer?.Unreachable(api.Name, address.Host, address.Port, cause, exception);
        return Unavailable(
            ToolOutcome.UpstreamUnavailable, $"It could not be reached ({cause}), so nothing was changed. Call again in a few seconds.", isSafeToRepeat: true);
    }

    /// <summary>The call was sent, and its outcome is unknown.</summary>
    /// <param name="outcome">How the call ended.</param>
    /// <param name="what">Such as <c>It did not answer in time</c>.</param>
    /// <param name="key">The idempotency key of the call, if it had one.</param>
    private OperationResult Unanswered(ToolOutcome outcome, string what, string? key) =>
        Unavailable(outcome, $"{what}{Advice(key)}", IsSafeToRepeat(key));

    /// <summary>
    /// The API's own problem details if it sent any; otherwise the status in words, and the API's text in the member
    /// <c>answer</c>, which marks it as the API's. For a failure of the API, only JSON is included, because error pages of
    /// servers and proxies reveal how they are built.
    /// </summary>
    public CallToolResult FromResponse(HttpResponseMessage response, ReadOnlyMemory<byte> body, string? key)
    {
        var status = (int)response.StatusCode;
        var said = ForeignReason.Read(response.Content.Headers.ContentType, body, status >= 500);
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json" && said is JsonObject details)
        {
            AddRetryAfter(details, response);
            if (status >= 500 && !details.ContainsKey("safeToRepeat"))
            {
                details["safeToRepeat"] = IsSafeToRepeat(key);
            }

            return Error(Redacted(details.ToJsonString(ReadableJson.Options)));
        }

        var problem = status >= 500 ? Failed(status, key) : new JsonObject
        {
            ["title"] = $"The {api.Name} API refused the call",
            ["status"] = status,
            ["detail"] = $"It answered {status} {response.ReasonPhrase}{(said is null ? "." : "; its own words are in answer.")}",
        };
        if (said is not null)
        {
            problem["answer"] = said;
        }

        AddRetryAfter(problem, response);
        return Error(Redacted(problem.ToJsonString(ReadableJson.Options)));
    }

    /// <summary>The response redirects to an address that the call does not follow.</summary>
    public CallToolResult Redirected(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return Error(new JsonObject
        {
            ["title"] = $"The {api.Name} API points elsewhere",
            ["status"] = status,
            ["detail"] = $"It answered {status}. This server follows {Redirects.Most} redirects at most, and none to another origin.",
            ["location"] = AnswerNotes.Location(response, api),
        });
    }

    private JsonObject Failed(int status, string? key) => new()
    {
        ["title"] = status is 502 or 503 or 504 ? $"The {api.Name} API is unavailable" : $"The {api.Name} API failed",
        ["status"] = status,
        ["detail"] = $"It answered {status}{Advice(key)}",
        ["safeToRepeat"] = IsSafeToRepeat(key),
    };

    private OperationResult Unavailable(ToolOutcome outcome, string detail, bool isSafeToRepeat) => Error(outcome, new JsonObject
    {
        ["title"] = $"The {api.Name} API is unavailable",
        ["status"] = 503,
        ["detail"] = detail,
        ["safeToRepeat"] = isSafeToRepeat,
    });

    private bool IsSafeToRepeat(string? key) => key is not null || method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "QUERY" or "PUT" or "DELETE";

    private string Advice(string? key) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "QUERY"
        ? ". Call again in a few seconds."
        : key is not null
            ? $", and may or may not have done what was asked. To repeat the call without doing it twice, pass idempotencyKey \"{key}\" with the same arguments."
            : IsSafeToRepeat(key)
                ? ", and may or may not have done what was asked. Calling again with the same arguments has the same effect."
                : ", and may or may not have done what was asked. Read the current state before you call again.";

    private static void AddRetryAfter(JsonObject problem, HttpResponseMessage response)
    {
        if (AnswerNotes.RetryAfter(response) is { } seconds && !problem.ContainsKey("retryAfter"))
        {
            problem["retryAfter"] = seconds;
        }
    }

    /// <summary>
    /// Removes the API's address and the secrets sent to the API, in case it repeats them. The address of this app is no
    /// secret: the caller uses it.
    /// </summary>
    private string Redacted(string text) => api.IsInProcess
        ? api.WithoutSecrets(text)
        : api.WithoutSecrets(text)
            .Replace(api.BaseAddress, "", StringComparison.OrdinalIgnoreCase)
            .Replace(api.Authority, api.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A problem from elsewhere, and how it ends the call.</summary>
    public static OperationResult Error(ToolOutcome outcome, JsonObject problem) => new(Error(problem)) { Outcome = outcome };

    private static CallToolResult Error(JsonObject problem) => Error(problem.ToJsonString(ReadableJson.Options));

    private static CallToolResult Error(string text) =>
        new() { IsError = true, Content = [new TextContentBlock { Text = text }] };
}
