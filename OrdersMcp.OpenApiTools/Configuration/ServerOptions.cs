namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>The server's description of itself for clients; the configuration section <c>Mcp:Server</c>.</summary>
public sealed class ServerOptions
{
    /// <summary>The name for programs; unless set, the names of the APIs and <c>mcp</c>, as in <c>orders-mcp</c>.</summary>
    public string? Name { get; set; }

    /// <summary>The name for people; unless set, the names of the APIs.</summary>
    public string? Title { get; set; }

    /// <summary>The purpose of the server.</summary>
    public string? Description { get; set; }

    /// <summary>The URL of a page about the server.</summary>
    public string? WebsiteUrl { get; set; }

    /// <summary>Icons that clients show for the server.</summary>
    public List<ServerIcon> Icons { get; set; } = [];

    /// <summary>Tells a model how to work with the tools; precedes the instructions of the documents.</summary>
    public string? Instructions { get; set; }
}

/// <summary>An icon.</summary>
public sealed class ServerIcon
{
    /// <summary>An <c>https</c> URL, or a <c>data</c> URI that contains the image.</summary>
    public string Source { get; set; } = "";

    /// <summary>The media type, such as <c>image/png</c>.</summary>
    public string? MimeType { get; set; }

    /// <summary>The suitable sizes, such as <c>48x48</c> or <c>any</c>.</summary>
    public List<string> Sizes { get; set; } = [];

    /// <summary>The suitable background: <c>light</c> or <c>dark</c>.</summary>
    public string? Theme { get; set; }
}
