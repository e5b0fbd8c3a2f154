using System.Collections.Frozen;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.McpServer.Tools;

/// <summary>A tool that calls one operation of an API.</summary>
internal sealed class OperationTool
{
    /// <summary>How an API says that it repeats the answer that a write with this key had the first time.</summary>
    private const string ReplayHeader = "Idempotency-Replayed";

    private readonly Lazy<ArgumentSchema> _arguments;
    private readonly Lazy<FrozenSet<string>> _plainArguments;
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
        _plainArguments = new(() => ArgumentPrivacy.PlainArguments(definition.InputSchema));
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

    /// <summary>The arguments whose values hold nothing that a person wrote; they may be kept in an audit record.</summary>
    public FrozenSet<string> PlainArguments => _plainArguments.Value;

    /// <summary>Calls the operation. Every failure that a model can act on is an error result, not an exception.</summary>
    public async ValueTask<Answer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var report = _arguments.Value.Check(arguments);
        if (!report.IsClean)
        {
            return new Answer(ToolErrors.InvalidArguments(report)) { Outcome = ToolOutcome.InvalidArguments };
        }

        arguments = report.Apply(arguments);
        var key = _keyArgument is null ? null
            : arguments.TryGetValue(_keyArgument, out var given) ? given.GetString()
            : call.DeriveKey(Definition.Name);
        try
        {
            var answer = await SendAsync(arguments, key, report, cancellationToken);
            if (answer.Cut is { } cut && _paging?.Shrink(arguments, cut) is { } smaller)
            {
                var again = await SendAsync(smaller.Arguments, key, report, cancellationToken);
                if (again is { Cut: null, Result.IsError: not true })
                {
                    again.Result.Content.Add(new TextContentBlock { Text = smaller.Note });
                    answer = again with { IsCut = true };
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
            return NotReached();
        }
        catch (BrokenCircuitException)
        {
            return NotReached();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Answer(_errors.Unanswered("The connection broke before it answered", key))
            {
                Outcome = ToolOutcome.UpstreamUnavailable,
            };
        }
        catch (Exception exception) when (exception is TimeoutRejectedException or TimeoutException)
        {
            return new Answer(_errors.Unanswered("It did not answer in time", key)) { Outcome = ToolOutcome.UpstreamTimeout };
        }
    }

    private Answer NotReached() => new(_errors.NotReached()) { Outcome = ToolOutcome.UpstreamUnavailable };

    private async ValueTask<Answer> SendAsync(
        IDictionary<string, JsonElement> arguments, string? key, ArgumentReport report, CancellationToken cancellationToken)
    {
        using var request = _request.Build(arguments, key, report);
        if (request is null)
        {
            return new Answer(ToolErrors.InvalidArguments(report)) { Outcome = ToolOutcome.InvalidArguments };
        }

        using var response = await _api.SendAsync(request, cancellationToken);
        var answer = await _reader.ReadAsync(response, Metadata.IsSafe, key, cancellationToken);
        return response.Headers.Contains(ReplayHeader) ? answer with { IsReplay = true } : answer;
    }
}

/// <summary>What the server knows of a tool that clients are not told.</summary>
/// <param name="Api">The name of its API.</param>
/// <param name="Method">The HTTP method of its operation.</param>
/// <param name="Path">The path of its operation, with its parameters.</param>
/// <param name="IsSafe">Whether the method changes nothing.</param>
/// <param name="Confirm">What a person is asked before the call; null where nobody is.</param>
/// <param name="Scopes">The scopes that a caller needs.</param>
internal sealed record ToolMetadata(string Api, string Method, string Path, bool IsSafe, string? Confirm, IReadOnlyList<string> Scopes)
{
    /// <summary>The id of its operation, or method and path where the document gives none.</summary>
    public string Operation { get; init; } = $"{Method} {Path}";
}

/// <summary>A call of a tool.</summary>
/// <param name="Arguments">As the client sent them.</param>
/// <param name="DeriveKey">Gives the idempotency key of the call of the tool of this name.</param>
internal sealed record ToolCall(IDictionary<string, JsonElement> Arguments, Func<string, string> DeriveKey);

/// <summary>A result, and where it had to be cut how.</summary>
internal sealed record Answer(CallToolResult Result, ListCut? Cut = null)
{
    /// <summary>How the call ended, for those who watch; a result says it to a model in words.</summary>
    public ToolOutcome Outcome { get; init; }

    /// <summary>Whether the byte budget made the answer smaller than what was asked for.</summary>
    public bool IsCut { get; init; } = Cut is not null;

    /// <summary>Whether the API had done this before, and repeated its first answer.</summary>
    public bool IsReplay { get; init; }
}
