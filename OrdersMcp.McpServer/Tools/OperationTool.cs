using System.Text.Json;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Confirmation;
using OrdersMcp.McpServer.Tasks;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.McpServer.Tools;

/// <summary>A tool that calls one operation of an API.</summary>
internal sealed class OperationTool
{
    private readonly Lazy<ArgumentSchema> _arguments;
    private readonly RequestTemplate _request;
    private readonly ResponseReader _reader;
    private readonly ApiEndpoint _api;
    private readonly ToolErrors _errors;
    private readonly Paging? _paging;
    private readonly string? _keyArgument;

    public OperationTool(
        Tool definition, ToolMetadata metadata, ToolInput input, RequestTemplate request, ToolOutput output, ApiEndpoint api, int resultByteBudget)
    {
        Definition = definition;
        Metadata = metadata;
        _arguments = new(() => ArgumentSchema.Compile(definition.InputSchema));
        _request = request;
        _api = api;
        _errors = new ToolErrors(api, metadata.Method);
        _reader = new ResponseReader(output, api.Name, _errors, resultByteBudget);
        _paging = metadata.IsSafe ? Paging.Find(definition.InputSchema) : null;
        _keyArgument = input.Bindings.FirstOrDefault(binding => binding.Place == ArgumentPlace.IdempotencyKey)?.Argument;
    }

    /// <summary>What clients see of it.</summary>
    public Tool Definition { get; }

    /// <summary>What the server knows of it.</summary>
    public ToolMetadata Metadata { get; }

    /// <summary>How its calls are confirmed; null where they are not.</summary>
    public ConfirmationPlan? Confirmation { get; init; }

    /// <summary>How the job is followed that it begins; null where it begins none.</summary>
    public JobPlan? Job { get; init; }

    /// <summary>Checks the arguments of a call.</summary>
    public CheckedArguments Check(IDictionary<string, JsonElement> arguments)
    {
        var report = _arguments.Value.Check(arguments);
        return new CheckedArguments(report.IsClean ? report.Apply(arguments) : arguments, report);
    }

    /// <summary>The idempotency key of a call, or null where the operation takes none.</summary>
    public string? KeyOf(IDictionary<string, JsonElement> arguments, ToolCall call) => _keyArgument is null ? null
        : arguments.TryGetValue(_keyArgument, out var given) ? given.GetString()
        : call.DeriveKey(Definition.Name);

    /// <summary>Calls the operation. Every failure that a model can act on is an error result.</summary>
    public async ValueTask<CallToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken) =>
        (await AnswerAsync(call, cancellationToken)).Result;

    /// <summary>Calls the operation, and says of the answer what is not in its result.</summary>
    public ValueTask<Answer> AnswerAsync(ToolCall call, CancellationToken cancellationToken) =>
        AnswerAsync(Check(call.Arguments), call, cancellationToken);

    /// <summary>Calls the operation with arguments that were checked before.</summary>
    public async ValueTask<Answer> AnswerAsync(
        CheckedArguments check, ToolCall call, CancellationToken cancellationToken)
    {
        if (check.Error is { } invalid)
        {
            return new Answer(invalid);
        }

        var (arguments, report) = check;
        var key = KeyOf(arguments, call);
        try
        {
            var answer = await SendAsync(arguments, key, call.IfMatch, report, cancellationToken);
            if (answer.Cut is { } cut && _paging?.Shrink(arguments, cut) is { } smaller)
            {
                var again = await SendAsync(smaller.Arguments, key, call.IfMatch, report, cancellationToken);
                if (again is { Cut: null, Result.IsError: not true })
                {
                    again.Result.Content.Add(new TextContentBlock { Text = smaller.Note });
                    answer = again;
                }
            }

            if (report.Note() is { } note && answer.Result.IsError is not true)
            {
                answer.Result.Content.Add(new TextContentBlock { Text = note });
            }

            return answer;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new Answer(_errors.NotReached());
        }
        catch (BrokenCircuitException)
        {
            return new Answer(_errors.NotReached());
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Answer(_errors.Unanswered("The connection broke before it answered", key));
        }
        catch (Exception exception) when (exception is TimeoutRejectedException or TimeoutException)
        {
            return new Answer(_errors.Unanswered("It did not answer in time", key));
        }
    }

    private async ValueTask<Answer> SendAsync(
        IDictionary<string, JsonElement> arguments,
        string? key,
        string? ifMatch,
        ArgumentReport report,
        CancellationToken cancellationToken)
    {
        using var request = _request.Build(arguments, key, report);
        if (request is null)
        {
            return new Answer(ToolErrors.InvalidArguments(report));
        }

        if (ifMatch is not null)
        {
            request.Headers.Remove(HeaderNames.IfMatch);
            request.Headers.TryAddWithoutValidation(HeaderNames.IfMatch, ifMatch);
        }

        using var response = await _api.SendAsync(request, cancellationToken);
        var answer = await _reader.ReadAsync(response, Metadata.IsSafe, key, cancellationToken);
        answer.Status = (int)response.StatusCode;
        answer.EntityTag = response.Headers.NonValidated.TryGetValues(HeaderNames.ETag, out var tag)
            ? tag.ToString()
            : null;
        return answer;
    }
}

/// <summary>What the server knows of a tool that clients are not told.</summary>
/// <param name="Api">The name of its API.</param>
/// <param name="Method">The HTTP method of its operation.</param>
/// <param name="Path">The path of its operation, with its parameters.</param>
/// <param name="IsSafe">Whether the method changes nothing.</param>
/// <param name="Confirm">What a person is asked before the call; null where nobody is.</param>
/// <param name="Scopes">The scopes that a caller needs.</param>
internal sealed record ToolMetadata(string Api, string Method, string Path, bool IsSafe, string? Confirm, IReadOnlyList<string> Scopes);

/// <summary>A call of a tool.</summary>
/// <param name="Arguments">As the client sent them.</param>
/// <param name="DeriveKey">Gives the idempotency key of the call of the tool of this name.</param>
internal sealed record ToolCall(IDictionary<string, JsonElement> Arguments, Func<string, string> DeriveKey)
{
    /// <summary>The version that the call is for: sent as <c>If-Match</c>, whatever the arguments say.</summary>
    public string? IfMatch { get; init; }
}

/// <summary>Arguments as they are taken, and what is said of them.</summary>
internal readonly record struct CheckedArguments(IDictionary<string, JsonElement> Arguments, ArgumentReport Report)
{
    /// <summary>The result that names what is wrong, or null.</summary>
    public CallToolResult? Error => Report.IsClean ? null : ToolErrors.InvalidArguments(Report);
}

/// <summary>A result, and where it had to be cut how.</summary>
internal sealed record Answer(CallToolResult Result, ListCut? Cut = null)
{
    /// <summary>The HTTP status, or null where there was no response.</summary>
    public int? Status { get; set; }

    /// <summary>The <c>ETag</c> header as it came.</summary>
    public string? EntityTag { get; set; }

    /// <summary>The JSON of the answer; undefined where it is none.</summary>
    public JsonElement Json()
    {
        if (Result.StructuredContent is { } structured)
        {
            return structured;
        }

        try
        {
            return Result.Content is [TextContentBlock text, ..] ? JsonElement.Parse(text.Text) : default;
        }
        catch (JsonException)
        {
            return default; // a text that is no JSON
        }
    }
}
