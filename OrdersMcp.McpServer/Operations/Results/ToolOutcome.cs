namespace OrdersMcp.McpServer.Operations.Results;

/// <summary>How a tool call ended. Its spelling is <c>error.type</c> on spans and metrics, and the outcome of an audit record.</summary>
internal enum ToolOutcome
{
    /// <summary>The operation did what was asked.</summary>
    Success,

    /// <summary>The arguments, or the request around them, are not what the tool takes.</summary>
    InvalidArguments,

    /// <summary>The tool, or the thing that the arguments name, does not exist.</summary>
    NotFound,

    /// <summary>The state, the version or another call stands against it.</summary>
    Conflict,

    /// <summary>A person has to agree first.</summary>
    ConfirmationRequired,

    /// <summary>A person was asked and did not agree.</summary>
    Declined,

    /// <summary>Too many calls.</summary>
    RateLimited,

    /// <summary>The caller is not authenticated.</summary>
    Unauthorized,

    /// <summary>The caller may not do this.</summary>
    Forbidden,

    /// <summary>The API did not answer in time.</summary>
    UpstreamTimeout,

    /// <summary>The API could not be reached, or said that it is not able to answer.</summary>
    UpstreamUnavailable,

    /// <summary>The API's answer exceeds the byte budget and cannot be truncated.</summary>
    ResultTooLarge,

    /// <summary>The client cancelled the call.</summary>
    Cancelled,

    /// <summary>The API or this server failed, or the API broke its contract.</summary>
    Internal,
}

/// <summary>The spelling of outcomes, and where they come from.</summary>
internal static class ToolOutcomes
{
    private static readonly string[] Texts =
    [
        "ok", "invalid_arguments", "not_found", "conflict", "confirmation_required", "declined", "rate_limited",
        "unauthorized", "forbidden", "upstream_timeout", "upstream_unavailable", "result_too_large", "cancelled", "internal",
    ];

    /// <summary>As it is spelled in telemetry and audit.</summary>
    public static string Text(this ToolOutcome outcome) => Texts[(int)outcome];

    /// <summary>What an API says with the status of a response that is no success.</summary>
    public static ToolOutcome OfStatus(int status) => status switch
    {
        401 => ToolOutcome.Unauthorized,
        403 => ToolOutcome.Forbidden,
        404 or 410 => ToolOutcome.NotFound,
        408 or 504 => ToolOutcome.UpstreamTimeout,
        409 or 412 or 423 or 428 => ToolOutcome.Conflict,
        429 => ToolOutcome.RateLimited,
        502 or 503 => ToolOutcome.UpstreamUnavailable,
        >= 400 and < 500 => ToolOutcome.InvalidArguments,
        _ => ToolOutcome.Internal,
    };
}
