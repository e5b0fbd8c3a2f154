namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>When a person must confirm the call of a tool that requires it.</summary>
public enum ConfirmationPolicy
{
    /// <summary>Always. If the client cannot ask, the call is refused until it repeats its subject.</summary>
    Always,

    /// <summary>If the client can ask; otherwise the call is made at once.</summary>
    WhenSupported,

    /// <summary>Never.</summary>
    Never,
}
