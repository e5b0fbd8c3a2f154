using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using OpenAI;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Models.Scripted;
using OrdersMcp.Playground.Telemetry;

namespace OrdersMcp.Playground.Models;

/// <summary>The models that can be used: those with a key or an own endpoint, and the scripted model.</summary>
internal sealed class ModelCatalog : IDisposable
{
    private const string AnthropicUrl = "https://api.anthropic.com";
    private const string OpenAIUrl = "https://api.openai.com/v1";

    private readonly Dictionary<string, PlaygroundModel> _models = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _first;

    public ModelCatalog(IOptions<PlaygroundOptions> options, IHttpClientFactory http, TimeProvider time)
    {
        var settings = options.Value;
        foreach (var (id, model) in settings.Models.Where(model => model.Value.IsConfigured).OrderBy(model => model.Key, StringComparer.Ordinal))
        {
            Add(id, model.Name ?? model.Model, model.Model, new ModelFailures(Create(model, http), model, id), model);
        }

        Add(PlaygroundOptionsValidator.Scripted, "Scripted (no model)", ScriptedModel.ModelName, new ScriptedModel(settings.ScriptedPause, time), options: null);
        _first = settings.DefaultModel is { Length: > 0 } chosen ? chosen : _models.Keys.First();

        void Add(string id, string name, string model, IChatClient client, ModelOptions? options)
        {
            var provider = client.GetService<ChatClientMetadata>()?.ProviderName ?? "unknown";
            var traced = client.AsBuilder()
                .UseOpenTelemetry(sourceName: PlaygroundTelemetry.Name, configure: telemetry => telemetry.EnableSensitiveData = settings.RecordContent)
                .Build();
            _models.Add(id, new PlaygroundModel(id, name, model, provider, traced, options));
        }
    }

    /// <summary>All models, the default first.</summary>
    public IReadOnlyList<PlaygroundModel> All => [.. _models.Values.OrderBy(model => model.Id != _first)];

    /// <summary>The default model.</summary>
    public PlaygroundModel Default => _models[_first];

    /// <summary>Finds a model.</summary>
    /// <param name="id">The id; null for the default.</param>
    /// <returns>Null if there is no such model.</returns>
    public PlaygroundModel? Find(string? id) => string.IsNullOrEmpty(id) ? Default : _models.GetValueOrDefault(id);

    public void Dispose()
    {
        foreach (var model in _models.Values)
        {
            model.Client.Dispose();
        }
    }

    private static IChatClient Create(ModelOptions model, IHttpClientFactory http) => model.Provider switch
    {
        ModelProvider.Anthropic => Anthropic(model, http.CreateClient(ModelsExtensions.HttpClient)),
        ModelProvider.OpenAI => OpenAI(model, http.CreateClient(ModelsExtensions.HttpClient)),
        _ => throw new InvalidOperationException($"There is no provider {model.Provider}."),
    };

    private static IChatClient Anthropic(ModelOptions model, HttpClient http)
    {
        // Unless set, the SDK would take them from the environment: another address would get the configured key.
        var options = new ClientOptions
        {
            ApiKey = model.ApiKey is { Length: > 0 } key ? key : null,
            BaseUrl = model.Endpoint is { Length: > 0 } endpoint ? endpoint.TrimEnd('/') : AnthropicUrl,
            HttpClient = http,
            MaxRetries = model.MaxRetries,
        };
        return new AnthropicClient(options).AsIChatClient(model.Model);
    }

    private static IChatClient OpenAI(ModelOptions model, HttpClient http)
    {
        var options = new OpenAIClientOptions
        {
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(model.MaxRetries),
            NetworkTimeout = Timeout.InfiniteTimeSpan, // the conversation has its own
            Endpoint = new Uri(model.Endpoint is { Length: > 0 } endpoint ? endpoint : OpenAIUrl),
        };

        // A server such as Ollama takes no key, but the client wants one.
        return new OpenAIClient(new ApiKeyCredential(model.ApiKey is { Length: > 0 } key ? key : "none"), options).GetChatClient(model.Model).AsIChatClient();
    }
}
