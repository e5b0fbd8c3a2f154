using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Tools;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// One tool call for telemetry and audit. It is recorded once, when its first end is reported, before the answer is sent.
/// </summary>
internal sealed class ObservedCall(ObservedRequest request, CallRecorder recorder) : ICallObservation
{
    public ObservedRequest Request => request;

    /// <summary>The tool, once it is found.</summary>
    public OperationTool? Tool { get; set; }

    /// <summary>The name, if it is a tool of the server itself.</summary>
    public string? OwnTool { get; set; }

    /// <summary>The arguments as sent by the client.</summary>
    public IDictionary<string, JsonElement>? Arguments
    {
        get;
        set
        {
            field = value;
            ArgumentsSize = value is null or { Count: 0 } ? 2 : 1 + value.Sum(argument => argument.Key.Length + 4 + argument.Value.Size());
        }
    }

    public ToolOutcome Outcome { get; private set; }

    /// <summary>The answer, if it is a result.</summary>
    public CallToolResult? Result { get; private set; }

    public bool IsTruncated { get; private set; }

    public bool IsReplay { get; private set; }

    public bool IsRecorded { get; private set; }

    /// <summary>The name of the tool, or a placeholder if no tool has the requested name.</summary>
    public string ToolName => Tool?.Definition.Name ?? OwnTool ?? McpAttributes.Other;

    /// <summary>The size of the arguments as JSON in bytes.</summary>
    public int ArgumentsSize { get; private set; } = 2;

    /// <summary>The call has an answer.</summary>
    public CallToolResult Answered(OperationResult answer)
    {
        (IsTruncated, IsReplay) = (answer.IsTruncated, answer.IsReplay);
        return End(answer.Outcome, answer.Result);
    }

    /// <summary>The call was refused before its operation was called.</summary>
    public CallToolResult Refused(ToolOutcome outcome, CallToolResult result) => End(outcome, result);

    /// <summary>The call waits for a person's answer. The client sends it in another call.</summary>
    public void Asked() => End(ToolOutcome.ConfirmationRequired, result: null);

    /// <summary>The call ends with an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="cancellationToken">The token of the call; it shows whether the client cancelled.</param>
    public void Failed(Exception exception, CancellationToken cancellationToken) => End(
        exception switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested => ToolOutcome.Cancelled,
            InputRequiredException => ToolOutcome.ConfirmationRequired,
            McpProtocolException { ErrorCode: McpErrorCode.InternalError } when Tool is null => ToolOutcome.UpstreamUnavailable,
            McpProtocolException { ErrorCode: not McpErrorCode.InternalError } or JsonException => ToolOutcome.InvalidArguments,
            _ => ToolOutcome.Internal,
        },
        result: null);

    /// <summary>The call names a tool that does not exist.</summary>
    public void NotFound() => End(ToolOutcome.NotFound, result: null);

    private CallToolResult End(ToolOutcome outcome, CallToolResult? result)
    {
        if (!IsRecorded)
        {
            IsRecorded = true;
            (Outcome, Result) = (outcome, result);
            request.ErrorType = outcome == ToolOutcome.Success || (result is null && outcome == ToolOutcome.ConfirmationRequired)
                ? null
                : outcome.Text();
            recorder.Record(this);
        }

        return result!;
    }
}
