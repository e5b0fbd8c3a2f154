using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Catalog;

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
    private readonly IReadOnlyList<ArgumentBinding> _bindings;

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
        _bindings = input.Bindings;
        _keyArgument = input.Bindings.FirstOrDefault(binding => binding.Place == ArgumentPlace.IdempotencyKey)?.Argument;
    }

    /// <summary>What clients see of it.</summary>
    public Tool Definition { get; }

    /// <summary>What the server knows of it.</summary>
    public ToolMetadata Metadata { get; }

    /// <summary>The argument that a parameter of the path is.</summary>
    public string PathArgumentOf(string parameter) =>
        _bindings.First(binding => binding.Place == ArgumentPlace.Path && binding.Name == parameter).Argument;

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
        catch (Exception exception) when (_errors.Of(exception, key) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>
    /// Calls the operation for its answer as it is: bytes of a media type, for what is no tool's result. The rules of a
    /// call hold: arguments are checked, and failures are error results.
    /// </summary>
    public async ValueTask<RawAnswer> FetchAsync(
        IDictionary<string, JsonElement> arguments, int maxBytes, CancellationToken cancellationToken)
    {
        var report = _arguments.Value.Check(arguments);
        if (!report.IsClean)
        {
            return new RawAnswer { Error = ToolErrors.InvalidArguments(report), IsRefused = true };
        }

        try
        {
            var key = _keyArgument is null ? null : Guid.NewGuid().ToString();
            using var request = _request.Build(report.Apply(arguments), key, report);
            if (request is null)
            {
                return new RawAnswer { Error = ToolErrors.InvalidArguments(report), IsRefused = true };
            }

            using var response = await _api.SendAsync(request, cancellationToken);
            if (await BoundedBody.ReadAsync(response.Content, maxBytes, cancellationToken) is not { } body)
            {
                return new RawAnswer { Error = ToolErrors.TooLarge(_api.Name, maxBytes), Status = response.StatusCode };
            }

            return response.IsSuccessStatusCode
                ? new RawAnswer { Status = response.StatusCode, Body = body, ContentType = response.Content.Headers.ContentType }
                : new RawAnswer { Status = response.StatusCode, Error = _errors.FromResponse(response, body, key: null) };
        }
        catch (Exception exception) when (_errors.Of(exception, key: null) is { } failure)
        {
            return new RawAnswer { Error = failure };
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

/// <summary>An operation's answer as it is.</summary>
internal sealed record RawAnswer
{
    /// <summary>The status that the API gave, or null where it gave none.</summary>
    public HttpStatusCode? Status { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public MediaTypeHeaderValue? ContentType { get; init; }

    /// <summary>The error result of a call that failed.</summary>
    public CallToolResult? Error { get; init; }

    /// <summary>Whether the arguments were wrong, so that nothing was called.</summary>
    public bool IsRefused { get; init; }
}
