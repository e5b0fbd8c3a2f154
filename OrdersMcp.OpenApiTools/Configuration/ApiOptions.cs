namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>One API. Only one of the include and exclude lists of operations may be set; the same holds for tags.</summary>
public sealed class ApiOptions
{
    /// <summary>The name in messages and health checks, such as <c>petstore</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// Whether the API is this app itself. Its operations are called in process, through the app's own pipeline, as the caller
    /// of the tool. Only programs that map their endpoints beside the tools can do this.
    /// </summary>
    public bool InProcess { get; set; }

    /// <summary>
    /// The location of its OpenAPI document: a URL, a service such as <c>https+http://api/openapi/v1.json</c>, or a file. With
    /// <see cref="InProcess"/>, the name of the document, or a path of this app such as <c>/swagger/v1/swagger.json</c>; unless
    /// set, <c>v1</c>.
    /// </summary>
    public string Document { get; set; } = "";

    /// <summary>Files with OpenAPI overlays, applied to the document in this order before tools are built from it.</summary>
    public List<string> Overlays { get; set; } = [];

    /// <summary>A folder with skills for agents, each a folder with a <c>SKILL.md</c>; read again when a file changes.</summary>
    public string? Skills { get; set; }

    /// <summary>The base URL of the paths; unless set, the document's first server, or its own URL.</summary>
    public string? BaseAddress { get; set; }

    /// <summary>
    /// The URLs of servers for single operations, by the host in the document, such as <c>uploads.example.org</c>; unless
    /// set, these operations are called at <see cref="BaseAddress"/> like the others.
    /// </summary>
    public Dictionary<string, string> Servers { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Values of the variables in the document's servers, such as <c>region</c>; unless set, their defaults.</summary>
    public Dictionary<string, string> ServerVariables { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Includes only these operations, by operation id, besides those of <see cref="IncludeTags"/>.</summary>
    public List<string>? IncludeOperations { get; set; }

    /// <summary>Excludes these operations, by operation id.</summary>
    public List<string>? ExcludeOperations { get; set; }

    /// <summary>Includes only operations with one of these tags, besides those of <see cref="IncludeOperations"/>.</summary>
    public List<string>? IncludeTags { get; set; }

    /// <summary>
    /// Excludes the operations with one of these tags. If no filter by tag is set, not even an empty one, the
    /// <see cref="ApiDefaults"/> of the API's name apply; without them all tags are included.
    /// </summary>
    public List<string>? ExcludeTags { get; set; }

    /// <summary>
    /// Includes only operations with one of these paths, besides those of <see cref="IncludeOperations"/> and
    /// <see cref="IncludeTags"/>; <c>*</c> matches any characters, and a method may come first, as in <c>GET /orders/*</c>.
    /// </summary>
    public List<string> IncludePaths { get; set; } = [];

    /// <summary>Excludes the operations with one of these paths, in the same format.</summary>
    public List<string> ExcludePaths { get; set; } = [];

    /// <summary>Names and descriptions of single tools, by their operation's id, or its method and path.</summary>
    public Dictionary<string, ToolOptions> Tools { get; set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The maximum length of a tool's name; longer ones are shortened. Unless set, the rest of 64 characters after the
    /// prefix <c>mcp__NAME__</c> of clients.
    /// </summary>
    public int? LongestName { get; set; }

    internal int LongestNameOrDefault => LongestName ?? Math.Clamp(64 - "mcp____".Length - Name.Length, 45, 57);

    /// <summary>Whether only operations that change nothing become tools.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>The prefix of each tool's name, such as <c>billing_</c>.</summary>
    public string NamePrefix { get; set; } = "";

    /// <summary>The handling of deprecated operations: marked unless set.</summary>
    public DeprecatedOperations Deprecated { get; set; }

    /// <summary>The open-world annotation of its tools: whether they reach systems of other people.</summary>
    public bool OpenWorld { get; set; }

    /// <summary>The responses in a tool's description: none unless set, because the output schema describes success.</summary>
    public DescribedResponses DescribeResponses { get; set; }

    /// <summary>
    /// The content of the output schemas. If it is not set, <see cref="ResponseSchema"/> and the <see cref="ApiDefaults"/>
    /// of the API's name apply; without them the schemas are relaxed, because few APIs follow their documents exactly.
    /// </summary>
    public OutputSchemas? OutputSchemas { get; set; }

    /// <summary>The setting of earlier versions for <see cref="OutputSchemas"/>, which takes precedence.</summary>
    public ResponseSchemaDetail? ResponseSchema { get; set; }

    /// <summary>
    /// Names of headers that are passed on from the MCP request, to the origins of <see cref="CredentialOrigins"/> only.
    /// Credentials of callers never are, except to this app itself (<see cref="InProcess"/>): there <c>X-API-Key</c> and
    /// <c>Cookie</c> can be named, for authentication schemes that read them.
    /// </summary>
    public List<string> ForwardHeaders { get; set; } = [];

    /// <summary>Headers of every request. Their values are secrets: never logged, and removed from answers.</summary>
    public Dictionary<string, string> Headers { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sent as <c>Authorization: Bearer</c>; a secret like the headers.</summary>
    public string? BearerToken { get; set; }

    /// <summary>
    /// Sent as described by the document's scheme of type <c>apiKey</c>, or otherwise as <c>X-API-Key</c>; a secret like
    /// the headers.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>Query parameters of every request, such as a named API key; secrets like the headers.</summary>
    public Dictionary<string, string> Query { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How the server gets an access token for the API, which it sends as <c>Authorization: Bearer</c>.</summary>
    public OAuthOptions? OAuth { get; set; }

    /// <summary>
    /// Origins (scheme, host and port) whose operations are called with the API's credentials and <see cref="OnBehalfOf"/>,
    /// besides those of <see cref="Servers"/>. Unless set, that of <see cref="BaseAddress"/>, or otherwise that of the
    /// document.
    /// </summary>
    public List<string>? CredentialOrigins { get; set; }

    /// <summary>
    /// Whether requests state the caller on whose behalf they are made; the API must accept this server's credential for
    /// that. If it is not set, the <see cref="ApiDefaults"/> of the API's name apply; without them requests do not state
    /// it.
    /// </summary>
    public bool? OnBehalfOf { get; set; }

    /// <summary>When a person must confirm calls of tools whose operation requires it: always unless set.</summary>
    public ConfirmationPolicy Confirmation { get; set; }

    /// <summary>The same for single tools, by name, whether or not their operations require it.</summary>
    public Dictionary<string, ConfirmationPolicy> Confirmations { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The maximum duration of a call; unless set, that of the resilience pipeline.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Whether requests to it contain secrets.</summary>
    internal bool HasCredentials => Headers.Count > 0 || Query.Count > 0 || OAuth is not null || (BearerToken ?? ApiKey) is not null;

    /// <summary>The same API without any secrets, its own or a caller's.</summary>
    internal ApiOptions WithoutCredentials()
    {
        var copy = (ApiOptions)MemberwiseClone();
        (copy.Headers, copy.Query, copy.ForwardHeaders) = ([], [], []);
        (copy.BearerToken, copy.ApiKey, copy.OAuth, copy.OnBehalfOf) = (null, null, null, false);
        return copy;
    }
}

/// <summary>The handling of operations that the document marks as deprecated.</summary>
public enum DeprecatedOperations
{
    /// <summary>Their description starts with the word.</summary>
    Mark,

    /// <summary>They do not become tools.</summary>
    Omit,
}

/// <summary>The responses in a description.</summary>
public enum DescribedResponses
{
    None,
    Success,
    All,
}

/// <summary>The content of output schemas.</summary>
public enum OutputSchemas
{
    /// <summary>
    /// Everything in the document. An answer that violates it has no structured content, which clients that validate
    /// refuse.
    /// </summary>
    Full,

    /// <summary>Only the constraints of values, with the same consequence.</summary>
    Brief,

    /// <summary>The structure only: nothing is required, value lists are open. Every answer has structured content.</summary>
    Relaxed,

    /// <summary>No schema, and no structured content.</summary>
    None,
}

/// <summary>The level of detail of an output schema.</summary>
public enum ResponseSchemaDetail
{
    Full,
    Brief,
}
