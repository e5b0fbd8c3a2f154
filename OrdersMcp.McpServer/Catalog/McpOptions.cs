namespace OrdersMcp.McpServer.Catalog;

/// <summary>The configuration section <c>Mcp</c>.</summary>
public sealed class McpOptions
{
    public const string Section = "Mcp";

    /// <summary>The APIs whose operations are the tools.</summary>
    public List<ApiOptions> Apis { get; set; } = [];

    /// <summary>How often each document is read again. 15 s unless set.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a first request waits for tools that are still being loaded. 5 s unless set.</summary>
    public TimeSpan FirstLoadWait { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>One API.</summary>
public sealed class ApiOptions
{
    /// <summary>The name it goes by in messages and health, such as <c>orders</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The address of its OpenAPI document: a URL, or a service such as <c>https+http://api/openapi/v1.json</c>.</summary>
    public string Document { get; set; } = "";

    /// <summary>The address that paths are relative to; unless set, the document's first server, else the document's own.</summary>
    public string? BaseAddress { get; set; }
}
