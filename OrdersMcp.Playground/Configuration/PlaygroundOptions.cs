namespace OrdersMcp.Playground.Configuration;

/// <summary>The configuration section <c>Playground</c>.</summary>
internal sealed class PlaygroundOptions
{
    public const string Section = "Playground";

    /// <summary>The address of the MCP endpoint: a URL, or a service such as <c>https+http://mcp/mcp</c>.</summary>
    public string Server { get; set; } = "https+http://mcp/mcp";

    /// <summary>The models by id, besides the scripted model, which is always there.</summary>
    public Dictionary<string, ModelOptions> Models { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The id of the model that is used unless a request names one; unless set, the first with a key.</summary>
    public string? DefaultModel { get; set; }

    /// <summary>The callers that a person can choose from; unless set, one without a credential.</summary>
    public List<CallerOptions> Callers { get; set; } = [];

    /// <summary>The id of the caller that is used unless a request names one; unless set, the first.</summary>
    public string? DefaultCaller { get; set; }

    /// <summary>The bounds of one request.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>Prompts that the page offers. The scripted model understands those of the settings file.</summary>
    public List<ExampleOptions> Examples { get; set; } = [];

    /// <summary>The address of the Aspire dashboard, for links to traces.</summary>
    public string? DashboardUrl { get; set; }

    /// <summary>The currency of all prices and costs.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>
    /// Whether spans contain the prompts, answers, arguments and results. They can contain personal data, so they do not
    /// unless this is set.
    /// </summary>
    public bool RecordContent { get; set; }

    /// <summary>The pause between the words of the scripted model, so that its text streams like that of a real one.</summary>
    public TimeSpan ScriptedPause { get; set; } = TimeSpan.FromMilliseconds(12);

    /// <summary>The callers, never empty.</summary>
    public IReadOnlyList<CallerOptions> AllCallers => Callers.Count > 0 ? Callers : [CallerOptions.WithoutCredential];
}

/// <summary>A prompt that the page offers.</summary>
internal sealed class ExampleOptions
{
    /// <summary>A few words for a button.</summary>
    public string Title { get; set; } = "";

    /// <summary>The text of the person.</summary>
    public string Prompt { get; set; } = "";
}
