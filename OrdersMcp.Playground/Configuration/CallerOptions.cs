namespace OrdersMcp.Playground.Configuration;

/// <summary>A caller of the MCP server: what it may do follows from its credential, which the server checks.</summary>
internal sealed class CallerOptions
{
    /// <summary>The caller when none is configured. A server in Development admits it from this machine.</summary>
    public static readonly CallerOptions WithoutCredential = new()
    {
        Id = "anonymous",
        Name = "Without a credential",
        Description = "Calls the MCP server without a credential.",
    };

    /// <summary>The id in requests.</summary>
    public string Id { get; set; } = "";

    /// <summary>The name on the page.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it may do, for a person.</summary>
    public string Description { get; set; } = "";

    /// <summary>Its API key, a secret; none unless set.</summary>
    public string? ApiKey { get; set; }
}
