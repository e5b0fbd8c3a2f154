namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>
/// How a tool call ended. Its text is <c>error.type</c> on spans and metrics, and the outcome in an audit record.
/// </summary>
internal enum ToolOutcome
{
    /// <summary>The operation did what was asked.</summary>
    Success,

    /// <summary>The tool does not accept the arguments, or the request around them.</summary>
    InvalidArguments,

    /// <summary>The tool, or the resource that the arguments name, does not exist.</summary>
    NotFound,

    /// <summary>The call conflicts with the state, the version or another call.</summary>
    Conflict,

    /// <summary>A person must confirm first.</summary>
    ConfirmationRequired,

    /// <summary>A person was asked and declined.</summary>
    Declined,

    /// <summary>Too many calls.</summary>
    RateLimited,

    /// <summary>The caller is not authenticated.</summary>
    Unauthorized,

    /// <summary>The caller may not do this.</summary>
    Forbidden,

    /// <summary>The API did not answer in time.</summary>
    UpstreamTimeout,

    /// <summary>The API could not be reached, or reported that it cannot answer.</summary>
    UpstreamUnavailable,

    /// <summary>The API's answer exceeds the byte budget and cannot be truncated.</summary>
    ResultTooLarge,

    /// <summary>The client cancelled the call.</summary>
    Cancelled,

    /// <summary>The API or this server failed, or the API broke its contract.</summary>
    Internal,
}

/// <summary>The text of outcomes, and the outcomes of HTTP statuses.</summary>
internal static class ToolOutcomes
{
    private static readonly string[] Texts =
    [
        "ok", "invalid_arguments", "not_found", "conflict", "confirmation_required", "declined", "rate_limited",
        "unauthorized", "forbidden", "upstream_timeout", "upstream_unavailable", "result_too_large", "cancelled", "internal",
    ];

    /// <summary>The outcome's text in telemetry and audit.</summary>
    public static string Text(this ToolOutcome outcome) => Texts[(int)outcome];

    /// <summary>The outcome for the status of an unsuccessful response.</summary>
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
