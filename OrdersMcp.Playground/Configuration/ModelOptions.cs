namespace OrdersMcp.Playground.Configuration;

/// <summary>A model, <c>Playground:Models:ID</c>. It is offered once it has a key or, on an own endpoint, without one.</summary>
internal sealed class ModelOptions
{
    /// <summary>The API that it speaks.</summary>
    public ModelProvider Provider { get; set; }

    /// <summary>The name on the page; unless set, that of the model.</summary>
    public string? Name { get; set; }

    /// <summary>The name of the model in the provider's API.</summary>
    public string Model { get; set; } = "";

    /// <summary>The key, a secret: set it in user secrets or the environment.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// The base URL of another endpoint with the same API, such as <c>http://localhost:11434/v1</c> (Ollama), vLLM or
    /// <c>https://NAME.openai.azure.com/openai/v1</c>; unless set, that of the provider.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary>The price of a million input tokens; unknown unless set.</summary>
    public decimal? InputPrice { get; set; }

    /// <summary>The price of a million output tokens; unknown unless set.</summary>
    public decimal? OutputPrice { get; set; }

    /// <summary>How often a request that failed for the moment (429, 5xx, no connection) is repeated.</summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>Whether it can be used.</summary>
    public bool IsConfigured => !string.IsNullOrWhiteSpace(ApiKey) || !string.IsNullOrWhiteSpace(Endpoint);
}

/// <summary>The API of a model.</summary>
internal enum ModelProvider
{
    /// <summary>The Messages API of Anthropic.</summary>
    Anthropic,

    /// <summary>The chat completions API of OpenAI, which many servers speak.</summary>
    OpenAI,
}
