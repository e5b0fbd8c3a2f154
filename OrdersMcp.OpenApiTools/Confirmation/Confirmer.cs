using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Signing;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>
/// Calls tools that a person confirms (docs/decisions/0007-confirmation.md). The client gets the question as the result of
/// its call, and repeats the call with the answer (MCP 2026-07-28, basic/patterns/mrtr). The server stores nothing.
/// </summary>
internal sealed class Confirmer(
    SigningKey key, IUsedNonces nonces, ConfirmationMetrics metrics, IOptions<OpenApiToolsOptions> options, TimeProvider time)
{
    /// <summary>The name of the question, and of the only field of the form.</summary>
    public const string Question = "confirm";

    private readonly SealedText _seal = key.Seal("confirmation");

    /// <exception cref="InputRequiredException">The client must ask the person.</exception>
    public async ValueTask<OperationResult> CallAsync(
        RequestContext<CallToolRequestParams> request,
        OperationTool tool,
        ToolCall call,
        CancellationToken cancellationToken)
    {
        var plan = tool.Confirmation!;
        var name = tool.Definition.Name;
        var check = tool.Check(call.Arguments);
        if (check.Error is { } invalid)
        {
            return invalid;
        }

        var arguments = check.Arguments;
        var canonical = CanonicalJson.Of(Without(arguments, plan.Argument?.Name));
        string[] boundTo = [request.User.CallerName(), name, canonical];
        if (request.Params.RequestState is { } sealedState)
        {
            if (_seal.Open(sealedState, boundTo) is not { } payload)
            {
                return Refused(name, ConfirmationErrors.Altered(name));
            }

            var state = ConfirmationState.Read(payload);
            CallTrace.Link(state.Trace);
            if (state.Expires <= time.GetUtcNow().ToUnixTimeSeconds())
            {
                return Refused(name, ConfirmationErrors.Expired(name));
            }

            if (AnswerIn(request.Params.InputResponses) is { } isConfirmed)
            {
                return isConfirmed
                    ? await ExecuteAsync(tool, check, call.Caller, state, cancellationToken)
                    : Refused(name, ConfirmationErrors.Declined());
            }
        }

        var canBeAsked = ClientAbilities.CanBeAsked(request);
        if (!canBeAsked && plan.Argument is null)
        {
            // The policy is to ask when supported, and this client does not support it.
            return await tool.CallAsync(check, call, cancellationToken);
        }

        if (!canBeAsked && plan.Argument!.Confirms(arguments) is { } isRepeated)
        {
            if (!isRepeated)
            {
                return Refused(name, ConfirmationErrors.WrongArgument(plan.Argument));
            }

            metrics.Count(name, ConfirmationStep.Given);
            return await tool.CallAsync(check, call, cancellationToken);
        }

        var preview = await PreviewAsync(plan, arguments, call.Caller, cancellationToken);
        if (preview.Failure is { } failure)
        {
            return failure;
        }

        if (plan.VersionArgument is { } versionArgument && preview.Version is { } version
            && arguments.TryGetValue(versionArgument, out var given) && !EntityTags.Match(given.ToString(), version))
        {
            return Refused(name, ConfirmationErrors.Stale(versionArgument, preview.Question, version));
        }

        metrics.Count(name, ConfirmationStep.Asked);
        return canBeAsked
            ? throw Ask(tool, preview, DerivedKey(tool, arguments, call.Key), CallTrace.Current, boundTo)
            : ConfirmationErrors.Needed(name, plan, preview.Question, arguments, preview.Version);
    }

    /// <summary>Executes a confirmed call, unless the resource has changed since the person saw it.</summary>
    private async ValueTask<OperationResult> ExecuteAsync(
        OperationTool tool, CheckedArguments check, Caller caller, ConfirmationState state, CancellationToken cancellationToken)
    {
        var plan = tool.Confirmation!;
        var name = tool.Definition.Name;
        if (plan.Preview is not null)
        {
            var preview = await PreviewAsync(plan, check.Arguments, caller, cancellationToken);
            if (preview.Failure is { } failure)
            {
                return failure;
            }

            if (preview.Version != state.Version)
            {
                return Refused(name, ConfirmationErrors.Changed(name, preview.Question));
            }
        }

        // It may still change between the preview and the call. Then the API refuses.
        var ifMatch = plan.VersionArgument is not null && EntityTags.IsStrong(state.Version) ? state.Version : null;
        var call = new ToolCall(check.Arguments, state.Key is null ? null : new IdempotencyKey(state.Key, IsDerived: true), caller) { IfMatch = ifMatch };

        // With a key the API executes it only once, even if it is repeated.
        var use = tool.TakesKey ? NonceUse.First : await nonces.UseAsync(state.Nonce, DateTimeOffset.FromUnixTimeSeconds(state.Expires));
        if (use != NonceUse.First)
        {
            return Refused(name, use == NonceUse.Again ? ConfirmationErrors.Used(name) : ConfirmationErrors.Unknown(name));
        }

        metrics.Count(name, ConfirmationStep.Given);
        return await tool.CallAsync(check, call, cancellationToken);
    }

    private InputRequiredException Ask(
        OperationTool tool, Preview preview, string? idempotencyKey, string? trace, string[] boundTo)
    {
        var state = new ConfirmationState(
            (time.GetUtcNow() + options.Value.ConfirmationLifetime).ToUnixTimeSeconds(),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            preview.Version,
            idempotencyKey,
            trace);
        var form = new ElicitRequestParams
        {
            Message = preview.Question,
            RequestedSchema = new ElicitRequestParams.RequestSchema
            {
                Properties =
                {
                    [Question] = new ElicitRequestParams.BooleanSchema
                    {
                        Title = tool.Confirmation!.Question.Consent(preview.Question),
                        Description = "Check to confirm. Nothing changes otherwise.",
                    },
                },
                Required = [Question],
            },
        };
        return new InputRequiredException(
            new Dictionary<string, InputRequest>(StringComparer.Ordinal)
            {
                [Question] = InputRequest.ForElicitation(form),
            },
            _seal.Seal(state.ToBytes(), boundTo));
    }

    /// <summary>The key that the server derived; null if the arguments contain a key.</summary>
    private static string? DerivedKey(OperationTool tool, IDictionary<string, JsonElement> arguments, IdempotencyKey? key) =>
        tool.KeyOf(arguments, key) is { IsDerived: true } derived ? derived.Value : null;

    private static async ValueTask<Preview> PreviewAsync(
        ConfirmationPlan plan, IDictionary<string, JsonElement> arguments, Caller caller, CancellationToken cancellationToken)
    {
        if (plan.Preview is null)
        {
            return new Preview(plan.Question.Ask(arguments, default), Version: null, Failure: null);
        }

        var own = plan.PreviewArguments.Where(arguments.ContainsKey)
            .ToDictionary(name => name, name => arguments[name], StringComparer.Ordinal);
        var call = new ToolCall(own, Key: null, caller);
        var answer = await plan.Preview.CallAsync(call, cancellationToken);
        return answer.Result.IsError is true
            ? new Preview("", Version: null, answer)
            : new Preview(plan.Question.Ask(arguments, answer.Json()), answer.EntityTag, Failure: null);
    }

    /// <summary>The person's answer; null if the client sent none.</summary>
    /// <exception cref="McpProtocolException">The answer is malformed.</exception>
    private static bool? AnswerIn(IDictionary<string, InputResponse>? responses)
    {
        if (responses?.TryGetValue(Question, out var response) is not true)
        {
            return null;
        }

        var answer = response?.RawValue ?? default;
        return answer.Text("action") switch
        {
            "accept" => answer.Member("content").Flag(Question) is true,
            "decline" or "cancel" => false,
            _ => throw new McpProtocolException(
                $"inputResponses.{Question} is not an answer to a form: its action must be accept, decline or cancel.",
                McpErrorCode.InvalidParams),
        };
    }

    private static IDictionary<string, JsonElement> Without(
        IDictionary<string, JsonElement> arguments, string? name) =>
        name is null || !arguments.ContainsKey(name)
            ? arguments
            : arguments.Where(argument => argument.Key != name)
                .ToDictionary(argument => argument.Key, argument => argument.Value, StringComparer.Ordinal);

    private OperationResult Refused(string tool, OperationResult why)
    {
        metrics.Count(tool, ConfirmationStep.Refused);
        return why;
    }

    /// <summary>The question about the change, the current version, or the failure of the preview.</summary>
    private sealed record Preview(string Question, string? Version, OperationResult? Failure);
}
