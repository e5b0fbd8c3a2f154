using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// Records the arguments and results of calls on their spans (semantic conventions: <c>gen_ai.tool.call.arguments</c>,
/// <c>gen_ai.tool.call.result</c>), masked and bounded. This needs <c>Telemetry:RecordContent</c> and works only in
/// Development: a forgotten setting must not make a production system record personal data.
/// </summary>
internal sealed partial class ContentRecording
{
    private const string Setting = $"{TelemetryOptions.Section}:{nameof(TelemetryOptions.RecordContent)}";

    private readonly bool _isOn;

    public ContentRecording(IOptions<TelemetryOptions> options, IHostEnvironment environment, ILogger<ContentRecording> logger)
    {
        var isAsked = options.Value.RecordContent;
        _isOn = isAsked && environment.IsDevelopment();
        if (_isOn)
        {
            LogOn(logger, Setting);
        }
        else if (isAsked)
        {
            LogRefused(logger, Setting, environment.EnvironmentName);
        }
    }

    public void Record(Activity activity, ObservedCall call)
    {
        if (!_isOn)
        {
            return;
        }

        if (call.Arguments is { } arguments)
        {
            activity.SetTag(McpAttributes.CallArguments, ContentMask.Apply(JsonSerializer.SerializeToElement(arguments)));
        }

        if (call.Result is { IsError: not true, StructuredContent: { } structured })
        {
            activity.SetTag(McpAttributes.CallResult, ContentMask.Apply(structured, ContentMask.UntrustedNames(call.Result.Meta)));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Setting} is on: traces record arguments and results of tool calls, with known personal data masked")]
    private static partial void LogOn(ILogger logger, string setting);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Setting} is ignored: it works in Development only, and this is {Environment}")]
    private static partial void LogRefused(ILogger logger, string setting, string environment);
}
