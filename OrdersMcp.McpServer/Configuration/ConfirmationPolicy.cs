namespace OrdersMcp.McpServer.Configuration;

/// <summary>When a person is asked before a tool is called that should be confirmed.</summary>
public enum ConfirmationPolicy
{
    /// <summary>Always. Where the client cannot ask, the call is refused until it repeats what it is about.</summary>
    Always,

    /// <summary>Where the client can ask; else the call is made at once.</summary>
    WhenSupported,

    /// <summary>Never.</summary>
    Never,
}
