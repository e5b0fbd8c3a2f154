using System.Collections.Frozen;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Operations.Arguments;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;
using HeaderNames = Microsoft.Net.Http.Headers.HeaderNames;

namespace OrdersMcp.OpenApiTools.Operations;

/// <summary>A tool that calls one operation of an API.</summary>
internal sealed class OperationTool
{
    /// <summary>The header of a repeated answer: an earlier write had the same key.</summary>
    private const string ReplayHeader = "Idempotency-Replayed";

    private readonly Lazy<ArgumentSchema> _arguments;
    private readonly Lazy<FrozenDictionary<string, bool>> _plainArguments;
    private readonly RequestTemplate _request;
    private readonly ResponseReader _reader;
    private readonly ApiEndpoint _api;
    private readonly ToolErrors _errors;
    private readonly Paging? _paging;
    private readonly string? _keyArgument;
    private readonly IReadOnlyList<ArgumentBinding> _bindings;
    private readonly IReadOnlyDictionary<string, JsonElement> _preset;
    private readonly IReadOnlyDictionary<string, string> _aliases;

    public OperationTool(
        Tool definition, ToolMetadata metadata, ToolInput input, RequestTemplate request, ToolOutput output, ApiEndpoint api, int resultByteBudget)
    {
        Definition = definition;
        Metadata = metadata;
        var nullable = input.Nullable;
        _arguments = new(() => ArgumentSchema.Compile(definition.InputSchema, nullable, _paging?.CursorArgument));
        _plainArguments = new(() => ArgumentPrivacy.PlainArguments(definition.InputSchema));
        _request = request;
        _api = api;
        _errors = new ToolErrors(api, metadata.Method);
        _reader = new ResponseReader(
            output, new AnsweredOperation(metadata.Operation, metadata.Method, metadata.IsSafe), api, _errors, resultByteBudget);
        _paging = metadata.IsSafe ? Paging.Find(definition.InputSchema) : null;
        _bindings = input.Bindings;
        _preset = input.Preset;
        _aliases = input.Aliases;
        _keyArgument = input.Bindings.FirstOrDefault(binding => binding.Place == ArgumentPlace.IdempotencyKey)?.Argument;
    }

    /// <summary>The tool as clients see it.</summary>
    public Tool Definition { get; }

    /// <summary>The server's own data about the tool.</summary>
    public ToolMetadata Metadata { get; }

    /// <summary>Plans for the tool's calls, such as how they are confirmed.</summary>
    public IReadOnlyList<object> Plans { get; init; } = [];

    /// <summary>
    /// The arguments, and whether the values of each contain no text that a person wrote, so that an audit record may keep
    /// them.
    /// </summary>
    public FrozenDictionary<string, bool> PlainArguments => _plainArguments.Value;

    /// <summary>The plan of a type, or null if the tool has none.</summary>
    public T? PlanOf<T>()
        where T : class
    {
        foreach (var plan in Plans)
        {
            if (plan is T found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Whether the tool's calls have an idempotency key.</summary>
    public bool TakesKey => _keyArgument is not null;

    /// <summary>The argument for a path parameter.</summary>
    public string PathArgumentOf(string parameter) =>
        _bindings.First(binding => binding.Place == ArgumentPlace.Path && binding.Name == parameter).Argument;

    /// <summary>Checks the arguments of a call.</summary>
    public CheckedArguments Check(IDictionary<string, JsonElement> arguments)
    {
        arguments = Named(arguments);
        var report = _arguments.Value.Check(arguments);
        if (!report.IsClean)
        {
            return new CheckedArguments(arguments, report);
        }

        var applied = report.Apply(arguments);
        _request.CheckHeaders(applied, report);
        return new CheckedArguments(applied, report);
    }

    /// <summary>The idempotency key of a call, or null if the operation takes none.</summary>
    /// <param name="arguments">The arguments of the call, which may contain a key.</param>
    /// <param name="derived">The key for a call whose arguments contain none; null for a new key.</param>
    public IdempotencyKey? KeyOf(IDictionary<string, JsonElement> arguments, IdempotencyKey? derived) => _keyArgument is null ? null
        : arguments.TryGetValue(_keyArgument, out var given) ? new IdempotencyKey(given.GetString()!, IsDerived: false)
        : derived ?? IdempotencyKey.New();

    /// <summary>Calls the operation. Every failure that a model can act on is an error result.</summary>
    public ValueTask<OperationResult> CallAsync(ToolCall call, CancellationToken cancellationToken) =>
        CallAsync(Check(call.Arguments), call, cancellationToken);

    /// <summary>Calls the operation with arguments that are already checked.</summary>
    public async ValueTask<OperationResult> CallAsync(
        CheckedArguments check, ToolCall call, CancellationToken cancellationToken)
    {
        if (check.Error is { } invalid)
        {
            return invalid;
        }

        var (arguments, report) = check;
        var key = KeyOf(arguments, call.Key)?.Value;
        try
        {
            var answer = await SendAsync(arguments, key, call, report, cancellationToken);
            if (answer.Truncation is { } cut && _paging?.Shrink(arguments, cut) is { } smaller)
            {
                var again = await SendAsync(smaller.Arguments, key, call, report, cancellationToken);
                if (again is { Truncation: null, Result.IsError: not true })
                {
                    again.Result.Content.Add(new TextContentBlock { Text = smaller.Note });
                    answer = again with { IsTruncated = true };
                }
            }

            if (report.Note() is { } note && answer.Result.IsError is not true)
            {
                answer.Result.Content.Add(new TextContentBlock { Text = note });
            }

            return answer;
        }
        catch (Exception exception) when (_errors.Of(exception, key) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>
    /// Calls the operation for its unprocessed answer, bytes of a media type, where a tool's result is not needed. The rules
    /// of a call apply: arguments are checked, and failures are error results.
    /// </summary>
    public async ValueTask<OperationResponse> FetchAsync(
        IDictionary<string, JsonElement> arguments, Caller caller, int maxBytes, CancellationToken cancellationToken)
    {
        arguments = Named(arguments);
        var report = _arguments.Value.Check(arguments);
        if (!report.IsClean)
        {
            return new OperationResponse { Error = ToolErrors.InvalidArguments(report).Result, IsRefused = true };
        }

        try
        {
            var applied = report.Apply(arguments);
            using var request = _request.Build(Sent(applied), KeyOf(applied, derived: null)?.Value, report);
            if (request is null)
            {
                return new OperationResponse { Error = ToolErrors.InvalidArguments(report).Result, IsRefused = true };
            }

            CallTrace.Calls(Metadata);
            return await _api.CallAsync(request, caller, ReadAsync, cancellationToken);
        }
        catch (Exception exception) when (_errors.Of(exception, key: null) is { } failure)
        {
            return new OperationResponse { Error = failure.Result };
        }

        async ValueTask<OperationResponse> ReadAsync(HttpResponseMessage response, CancellationToken token)
        {
            if (await BoundedBody.ReadAsync(response.Content, maxBytes, token) is not { } body)
            {
                return new OperationResponse { Error = ToolErrors.TooLarge(_api.Name, maxBytes), Status = response.StatusCode };
            }

            return response.IsSuccessStatusCode
                ? new OperationResponse { Status = response.StatusCode, Body = body, ContentType = response.Content.Headers.ContentType }
                : new OperationResponse { Status = response.StatusCode, Error = _errors.FromResponse(response, body, key: null) };
        }
    }

    /// <summary>The arguments by the tool's names; a caller may use the API's names.</summary>
    private IDictionary<string, JsonElement> Named(IDictionary<string, JsonElement> arguments)
    {
        if (_aliases.Count == 0 || !arguments.Keys.Any(_aliases.ContainsKey))
        {
            return arguments;
        }

        var named = new Dictionary<string, JsonElement>(arguments, StringComparer.Ordinal);
        foreach (var (alias, argument) in _aliases)
        {
            if (!named.ContainsKey(argument) && named.Remove(alias, out var value))
            {
                named[argument] = value;
            }
        }

        return named;
    }

    /// <summary>The arguments, with the preset arguments that callers do not see.</summary>
    private IDictionary<string, JsonElement> Sent(IDictionary<string, JsonElement> arguments) => _preset.Count == 0
        ? arguments
        : arguments.Concat(_preset).ToDictionary(argument => argument.Key, argument => argument.Value, StringComparer.Ordinal);

    private async ValueTask<OperationResult> SendAsync(
        IDictionary<string, JsonElement> arguments,
        string? key,
        ToolCall call,
        ArgumentReport report,
        CancellationToken cancellationToken)
    {
        using var request = _request.Build(Sent(arguments), key, report);
        if (request is null)
        {
            return ToolErrors.InvalidArguments(report);
        }

        if (call.IfMatch is { } ifMatch)
        {
            request.Headers.Remove(HeaderNames.IfMatch);
            request.Headers.TryAddWithoutValidation(HeaderNames.IfMatch, ifMatch);
        }

        CallTrace.Calls(Metadata);
        return await _api.CallAsync(request, call.Caller, ReadAsync, cancellationToken);

        async ValueTask<OperationResult> ReadAsync(HttpResponseMessage response, CancellationToken enough)
        {
            var answer = await _reader.ReadAsync(response, key, enough, cancellationToken);
            return answer with
            {
                Status = (int)response.StatusCode,
                EntityTag = response.Headers.NonValidated.TryGetValues(HeaderNames.ETag, out var tag)
                    ? tag.ToString()
                    : null,
                IsReplay = response.Headers.Contains(ReplayHeader),
            };
        }
    }
}
