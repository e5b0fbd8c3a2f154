using System.Text.Json;
using ModelContextProtocol.Protocol;
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
        var nullable = input.Nullable;
        _arguments = new(() => ArgumentSchema.Compile(definition.InputSchema, nullable));
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

    /// <summary>Calls the operation. Every failure that a model can act on is an error result, not an exception.</summary>
    public async ValueTask<CallToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var report = _arguments.Value.Check(arguments);
        if (!report.IsClean)
        {
            return ToolErrors.InvalidArguments(report);
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
                    answer = again;
                }
            }

            if (report.Note() is { } note && answer.Result.IsError is not true)
            {
                answer.Result.Content.Add(new TextContentBlock { Text = note });
            }

            return answer.Result;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return _errors.NotReached();
        }
        catch (BrokenCircuitException)
        {
            return _errors.NotReached();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return _errors.Unanswered("The connection broke before it answered", key);
        }
        catch (Exception exception) when (exception is TimeoutRejectedException or TimeoutException)
        {
            return _errors.Unanswered("It did not answer in time", key);
        }
    }

    private async ValueTask<Answer> SendAsync(
        IDictionary<string, JsonElement> arguments, string? key, ArgumentReport report, CancellationToken cancellationToken)
    {
        using var request = _request.Build(arguments, key, report);
        if (request is null)
        {
            return new Answer(ToolErrors.InvalidArguments(report));
        }

        using var response = await _api.SendAsync(request, cancellationToken);
        return await _reader.ReadAsync(response, Metadata.IsSafe, key, cancellationToken);
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
internal sealed record ToolCall(IDictionary<string, JsonElement> Arguments, Func<string, string> DeriveKey);

/// <summary>A result, and where it had to be cut how.</summary>
internal sealed record Answer(CallToolResult Result, ListCut? Cut = null);
