using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Arguments;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// Builds a tool from each operation of a document that the API's settings admit. Messages name the path of those settings,
/// such as <c>Mcp:Apis:0</c>.
/// </summary>
internal sealed partial class ToolBuilder(ApiOptions options, string setting, Func<string?, ApiEndpoint> endpointOf, int resultByteBudget)
{
    private const int LongestDescription = 1024;
    private const int LongestTitle = 80;

    private readonly List<DocumentWarning> _warnings = [];
    private readonly HashSet<DocumentWarning> _said = [];
    private readonly HashSet<string> _readers = new(StringComparer.Ordinal); // the ids of operations that read jobs

    /// <summary>The maximum size in bytes of a document that becomes a resource.</summary>
    public int ResourceByteBudget { get; init; } = new OpenApiToolsOptions().ResourceByteBudget;

    /// <summary>The planners for the tools that clients call.</summary>
    public IReadOnlyList<IToolPlanner> Planners { get; init; } = [];

    /// <exception cref="ApiDocumentException">The document cannot be used, or does not fit the settings.</exception>
    public ToolSet Build(ApiDocument document)
    {
        _warnings.AddRange(document.Warnings.Select(warning => new DocumentWarning("document", warning)));
        var all = Curation.Apply(options, setting, [.. document.ReadOperations(
            (operation, exception) => _warnings.Add(DocumentWarning.NoTool(operation, exception)))]);
        if (all.Length == 0 && _warnings.Count == 0)
        {
            _warnings.Add(new DocumentWarning("document", "It has no operations, and so there are no tools."));
        }

        _readers.UnionWith(all.Select(operation => operation.Extensions.Task?.Get).OfType<string>());
        var filter = new OperationFilter(options, setting);
        var operations = filter.Apply(all);
        var names = ToolNames.Of(operations, options.NamePrefix, options.LongestNameOrDefault);
        CheckConfirmations(names);
        var endpoints = new Dictionary<string, ApiEndpoint>(StringComparer.Ordinal);
        var nameOf = new Dictionary<ApiOperation, string>(ReferenceEqualityComparer.Instance);
        foreach (var (operation, name) in operations.Zip(names))
        {
            nameOf[operation] = name;
        }

        var related = new RelatedOperations(all, nameOf.ContainsKey, operation => Build(
            document,
            operation,
            nameOf.GetValueOrDefault(operation) ?? ToolNames.Of([operation], options.NamePrefix, options.LongestNameOrDefault)[0],
            EndpointOf(operation.ServerUrl),
            related: null));
        var tools = new List<OperationTool>(operations.Count);
        foreach (var (operation, name) in operations.Zip(names))
        {
            try
            {
                tools.Add(Build(document, operation, name, EndpointOf(operation.ServerUrl), related));
            }
            catch (Exception exception)
            {
                // Whatever the error is, only this operation is lost.
                _warnings.Add(DocumentWarning.NoTool(operation.ToString(), exception));
            }
        }

        var capabilities = new CapabilitiesBuilder(
            options, document, new CapabilityOperations(all, filter, related.ToolOf), EndpointOf, ResourceByteBudget, _warnings);
        return new ToolSet(tools, _warnings) { Capabilities = CapabilitiesOf(capabilities) };

        ApiEndpoint EndpointOf(string? server)
        {
            server ??= document.ServerUrl;
            if (!endpoints.TryGetValue(server ?? "", out var endpoint))
            {
                endpoints[server ?? ""] = endpoint = endpointOf(server).WithKeyIn(document.KeyPlace);
            }

            return endpoint;
        }
    }

    /// <summary>An error in the other MCP features must not affect the tools.</summary>
    private ApiCapabilities CapabilitiesOf(CapabilitiesBuilder capabilities)
    {
        try
        {
            return capabilities.Build();
        }
        catch (Exception exception) when (exception is not ApiDocumentException)
        {
            _warnings.Add(new DocumentWarning(
                "x-mcp", $"Resources, prompts and changes are left out: the server fails on them ({exception.GetType().Name}: {exception.Message})")
            {
                Cause = exception,
            });
            return ApiCapabilities.None;
        }
    }

    /// <exception cref="ApiDocumentException">A setting names a tool that does not exist.</exception>
    private void CheckConfirmations(IReadOnlyList<string> names)
    {
        if (options.Confirmations.Keys.FirstOrDefault(name => !names.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            var nearest = NearestName.Of(unknown, names);
            throw new ApiDocumentException($"{setting}:Confirmations:{unknown} is for a tool that the API does not have."
                + (nearest is null ? "" : $" Did you mean '{nearest}'?"));
        }
    }

    /// <summary>Builds a tool; without related operations, one that only the server calls.</summary>
    private OperationTool Build(
        ApiDocument document, ApiOperation operation, string name, ApiEndpoint endpoint, RelatedOperations? related)
    {
        foreach (var warning in operation.Warnings)
        {
            Warn(operation, warning);
        }

        var input = ToolInput.Of(document, operation, warning => Warn(operation, warning));
        if (Curation.Of(options, operation) is { } curated)
        {
            input = HiddenArguments.Hide(input, curated);
        }

        var output = ToolOutput.Of(document, operation, SchemasOf(options), warning => Warn(operation, warning));
        if (operation.Id is not null && _readers.Contains(operation.Id))
        {
            output = output with { TellsVersion = false };
        }

        var extensions = operation.Extensions;
        var title = TitleOf(operation, name);
        var isReadOnly = extensions.ReadOnly ?? operation.IsSafe;
        var plans = related is null ? [] : PlansFor(new ToolDraft(
            options, document, operation, name, title, input, related, warning => Warn(operation, warning)));
        var definition = new Tool
        {
            Name = name,
            Title = title,
            Description = Describe(document, operation),
            InputSchema = JsonSerializer.SerializeToElement(input.Schema),
            OutputSchema = output.Schema,
            Annotations = new ToolAnnotations
            {
                Title = title,
                ReadOnlyHint = isReadOnly,
                IdempotentHint = extensions.Idempotent ?? (isReadOnly || operation.Method is "PUT" or "DELETE"),
                DestructiveHint = extensions.Destructive ?? operation.Method is "DELETE",
                OpenWorldHint = extensions.OpenWorld ?? options.OpenWorld,
            },
            Meta = MetaOf(document, operation),
        };
        var metadata = new ToolMetadata(
            options.Name, operation.Method, operation.Path, operation.IsSafe, extensions.Scopes)
        {
            Operation = operation.Id ?? operation.ToString(),
            Tags = operation.Tags,
        };
        return new OperationTool(
            definition, metadata, input, new RequestTemplate(operation, endpoint.BaseAddress, input), output, endpoint, resultByteBudget)
        {
            Plans = plans,
        };
    }

    /// <summary>The metadata of the app that shows the tool's result, if the document has that app.</summary>
    private JsonObject? MetaOf(ApiDocument document, ApiOperation operation)
    {
        if (operation.Extensions.App is not { } name)
        {
            return null;
        }

        if (AppDescription.ReadAll(document.Root.Member("x-mcp"), _ => { }).All(app => app.Name != name))
        {
            Warn(operation, $"Its app '{name}' is none of x-mcp.apps; the result is shown as text.");
            return null;
        }

        return AppResource.MetaOf(CapabilitiesBuilder.SchemeOf(options.Name), name);
    }

    private static OutputSchemas SchemasOf(ApiOptions api) => api.OutputSchemas ?? api.ResponseSchema switch
    {
        ResponseSchemaDetail.Full => OutputSchemas.Full,
        ResponseSchemaDetail.Brief => OutputSchemas.Brief,
        _ => OutputSchemas.Relaxed,
    };

    private object[] PlansFor(ToolDraft draft) => [.. Planners.Select(planner => planner.Plan(draft)).OfType<object>()];

    private static string TitleOf(ApiOperation operation, string name)
    {
        if ((operation.Extensions.Title ?? operation.Summary) is { } given && !string.IsNullOrWhiteSpace(given))
        {
            return BoundedText.Of(given, LongestTitle);
        }

        var words = string.Join(' ', ToolNames.Words(operation.Id ?? name));
        return words.Length == 0 ? name : BoundedText.Of(char.ToUpperInvariant(words[0]) + words[1..], LongestTitle);
    }

    private string Describe(ApiDocument document, ApiOperation operation)
    {
        var text = operation.Extensions.Description ?? operation.Description ?? operation.Summary;
        text = string.IsNullOrWhiteSpace(text) ? operation.ToString() : HtmlTags().Replace(text, "").Trim();
        if (text.Length > LongestDescription)
        {
            Warn(operation, $"The description has {text.Length} characters; it is cut to {LongestDescription}.");
        }

        text = BoundedText.Of(operation.Deprecated ? $"Deprecated. {text}" : text, LongestDescription);
        return options.DescribeResponses switch
        {
            DescribedResponses.Success => text + ResponseTexts.Of(operation.Success is { } success ? [success] : []),
            DescribedResponses.All => text + ResponseTexts.WithSchemas(document, operation.Responses),
            _ => text,
        };
    }

    private void Warn(ApiOperation operation, string text)
    {
        // An operation that is both a tool and a related operation is built twice.
        var warning = new DocumentWarning(operation.ToString(), text);
        if (_said.Add(warning))
        {
            _warnings.Add(warning);
        }
    }

    /// <summary>Formatting that some documents use in descriptions.</summary>
    [GeneratedRegex("</?(p|br|ul|ol|li|b|i|em|strong|code|a|span|div|h[1-6])(\\s[^<>]*)?/?>", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HtmlTags();
}

/// <summary>The tools and warnings from a document.</summary>
internal sealed record ToolSet(IReadOnlyList<OperationTool> Tools, IReadOnlyList<DocumentWarning> Warnings)
{
    /// <summary>The other MCP features of the API.</summary>
    public ApiCapabilities Capabilities { get; init; } = ApiCapabilities.None;
}

/// <summary>A problem with an operation (its method and path), and its consequence.</summary>
internal sealed record DocumentWarning(string Operation, string Text)
{
    /// <summary>The exception that shows a bug of the server, for its developers; null if the document is at fault.</summary>
    public Exception? Cause { get; init; }

    public static DocumentWarning NoTool(string operation, Exception exception) => exception is ApiDocumentException
        ? new DocumentWarning(operation, $"is not a tool: {exception.Message}")
        : new DocumentWarning(operation, $"is not a tool: the server fails on it ({exception.GetType().Name}: {exception.Message})")
        {
            Cause = exception,
        };

    public override string ToString() => $"{Operation}: {Text}";
}
