namespace OrdersMcp.McpServer.Configuration;

/// <summary>One API. Lists of operations and tags take each other's part: an include and an exclude of one kind contradict.</summary>
public sealed class ApiOptions
{
    /// <summary>The name it goes by in messages and health, such as <c>petstore</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// Where its OpenAPI document is: a URL, a service such as <c>https+http://api/openapi/v1.json</c>, or a file.
    /// </summary>
    public string Document { get; set; } = "";

    /// <summary>Files with OpenAPI overlays, which change the document before tools are made of it, in their order.</summary>
    public List<string> Overlays { get; set; } = [];

    /// <summary>The address that paths are relative to; unless set, the document's first server, else the document's own.</summary>
    public string? BaseAddress { get; set; }

    /// <summary>
    /// The address of a server that single operations have, by its host in the document, such as <c>uploads.example.org</c>;
    /// unless set, they are called at <see cref="BaseAddress"/> like the others.
    /// </summary>
    public Dictionary<string, string> Servers { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Values of the variables in the document's servers, such as <c>region</c>; unless set, their defaults.</summary>
    public Dictionary<string, string> ServerVariables { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Only these operations, by their operation id, besides those of <see cref="IncludeTags"/>.</summary>
    public List<string>? IncludeOperations { get; set; }

    /// <summary>Not these operations, by their operation id.</summary>
    public List<string>? ExcludeOperations { get; set; }

    /// <summary>Only operations with one of these tags, besides those of <see cref="IncludeOperations"/>.</summary>
    public List<string>? IncludeTags { get; set; }

    /// <summary>
    /// Not the operations with one of these tags. Where no filter by tag is set, not even an empty one, the
    /// <see cref="ApiDefaults"/> of the API's name decide; without them all tags are let through.
    /// </summary>
    public List<string>? ExcludeTags { get; set; }

    /// <summary>
    /// Only operations with one of these paths, besides those of <see cref="IncludeOperations"/> and <see cref="IncludeTags"/>;
    /// <c>*</c> stands for any letters, and a method may stand before, as in <c>GET /orders/*</c>.
    /// </summary>
    public List<string> IncludePaths { get; set; } = [];

    /// <summary>Not the operations with one of these paths, written likewise.</summary>
    public List<string> ExcludePaths { get; set; } = [];

    /// <summary>What single tools are called and how they are described, by their operation's id, or its method and path.</summary>
    public Dictionary<string, ToolOptions> Tools { get; set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// How many characters the name of a tool may have; longer ones are shortened. Unless set, what of 64 is left when a client
    /// puts <c>mcp__NAME__</c> before it.
    /// </summary>
    public int? LongestName { get; set; }

    internal int LongestNameOrDefault => LongestName ?? Math.Clamp(64 - "mcp____".Length - Name.Length, 45, 57);

    /// <summary>Whether only operations that change nothing become tools.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Put before the name of each tool, such as <c>billing_</c>.</summary>
    public string NamePrefix { get; set; } = "";

    /// <summary>What becomes of deprecated operations: marked unless set.</summary>
    public DeprecatedOperations Deprecated { get; set; }

    /// <summary>Whether its tools reach an open world (other people's systems), as in their annotations.</summary>
    public bool OpenWorld { get; set; }

    /// <summary>Which responses a tool's description tells of: none unless set, as the output schema describes success.</summary>
    public DescribedResponses DescribeResponses { get; set; }

    /// <summary>
    /// What the output schemas of its tools say. Where it is not set, <see cref="ResponseSchema"/> and the
    /// <see cref="ApiDefaults"/> of the API's name decide; without them they are relaxed, as few APIs keep to their documents.
    /// </summary>
    public OutputSchemas? OutputSchemas { get; set; }

    /// <summary>The setting of earlier versions for <see cref="OutputSchemas"/>, which wins.</summary>
    public ResponseSchemaDetail? ResponseSchema { get; set; }

    /// <summary>Names of headers of the MCP request that are passed on. Credentials of callers never are.</summary>
    public List<string> ForwardHeaders { get; set; } = [];

    /// <summary>Headers of every request to the API. Their values are secrets: never logged, and removed from answers.</summary>
    public Dictionary<string, string> Headers { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sent as <c>Authorization: Bearer</c>; a secret like the headers.</summary>
    public string? BearerToken { get; set; }

    /// <summary>Sent where the document's scheme of the type <c>apiKey</c> has it, else as <c>X-API-Key</c>; a secret like the headers.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Parameters of every request's query, such as an API key by its name. Their values are secrets like the headers.</summary>
    public Dictionary<string, string> Query { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How the server gets an access token for the API, which is sent as <c>Authorization: Bearer</c>.</summary>
    public OAuthOptions? OAuth { get; set; }

    /// <summary>
    /// Origins (scheme, host and port) whose operations are called with the API's credentials and <see cref="OnBehalfOf"/>,
    /// besides those of <see cref="Servers"/>. Unless set, that of <see cref="BaseAddress"/>, else the document's own.
    /// </summary>
    public List<string>? CredentialOrigins { get; set; }

    /// <summary>
    /// Whether the API is told on whose behalf it is called; it has to know this server's credential for that. Where it is
    /// not set, the <see cref="ApiDefaults"/> of the API's name decide; without them the API is told nothing.
    /// </summary>
    public bool? OnBehalfOf { get; set; }

    /// <summary>When a person is asked before a tool is called whose operation says so: always unless set.</summary>
    public ConfirmationPolicy Confirmation { get; set; }

    /// <summary>The same for single tools, by their name, whether their operations say so or not.</summary>
    public Dictionary<string, ConfirmationPolicy> Confirmations { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How long a call may take; unless set, what the resilience pipeline allows.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Whether it is called with anything that is secret.</summary>
    internal bool HasCredentials => Headers.Count > 0 || Query.Count > 0 || OAuth is not null || (BearerToken ?? ApiKey) is not null;

    /// <summary>The same API, called without anything that is secret.</summary>
    internal ApiOptions WithoutCredentials()
    {
        var copy = (ApiOptions)MemberwiseClone();
        (copy.Headers, copy.Query) = ([], []);
        (copy.BearerToken, copy.ApiKey, copy.OAuth, copy.OnBehalfOf) = (null, null, null, false);
        return copy;
    }
}

/// <summary>What becomes of operations that the document calls deprecated.</summary>
public enum DeprecatedOperations
{
    /// <summary>Their description begins with the word.</summary>
    Mark,

    /// <summary>They are no tools.</summary>
    Omit,
}

/// <summary>Which responses a description tells of.</summary>
public enum DescribedResponses
{
    None,
    Success,
    All,
}

/// <summary>What output schemas say of answers.</summary>
public enum OutputSchemas
{
    /// <summary>All that the document says. An answer that breaks it has no structured content, which clients that check refuse.</summary>
    Full,

    /// <summary>Only what constrains values, likewise.</summary>
    Brief,

    /// <summary>How answers are built: nothing is required, and lists of values are open. Every answer has structured content.</summary>
    Relaxed,

    /// <summary>There are none, and no structured content.</summary>
    None,
}

/// <summary>How much an output schema says.</summary>
public enum ResponseSchemaDetail
{
    Full,
    Brief,
}
