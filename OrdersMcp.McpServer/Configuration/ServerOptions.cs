namespace OrdersMcp.McpServer.Configuration;

/// <summary>What the server says of itself to clients; the configuration section <c>Mcp:Server</c>.</summary>
public sealed class ServerOptions
{
    /// <summary>Its name for programs; unless set, the names of its APIs and <c>mcp</c>, as in <c>orders-mcp</c>.</summary>
    public string? Name { get; set; }

    /// <summary>Its name for people; unless set, the names of its APIs.</summary>
    public string? Title { get; set; }

    /// <summary>What it is for.</summary>
    public string? Description { get; set; }

    /// <summary>The address of a page about it.</summary>
    public string? WebsiteUrl { get; set; }

    /// <summary>Pictures that clients show for it.</summary>
    public List<ServerIcon> Icons { get; set; } = [];

    /// <summary>How a model should work with the tools; before what the documents say.</summary>
    public string? Instructions { get; set; }
}

/// <summary>A picture.</summary>
public sealed class ServerIcon
{
    /// <summary>Its address: <c>https</c>, or the picture itself as <c>data</c>.</summary>
    public string Source { get; set; } = "";

    /// <summary>Its media type, such as <c>image/png</c>.</summary>
    public string? MimeType { get; set; }

    /// <summary>The sizes that it is for, such as <c>48x48</c> or <c>any</c>.</summary>
    public List<string> Sizes { get; set; } = [];

    /// <summary>The background that it is for: <c>light</c> or <c>dark</c>.</summary>
    public string? Theme { get; set; }
}
