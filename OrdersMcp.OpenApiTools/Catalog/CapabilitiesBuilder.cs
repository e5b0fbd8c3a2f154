using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog.Skills;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>The operations of a document and the filter of the settings.</summary>
/// <param name="All">All operations of the document.</param>
/// <param name="Filter">The filter of the settings.</param>
/// <param name="ToolOf">Returns the tool that calls an operation.</param>
internal sealed record CapabilityOperations(IReadOnlyList<ApiOperation> All, OperationFilter Filter, Func<ApiOperation, OperationTool> ToolOf);

/// <summary>
/// Builds resources, prompts and the other features in a document's <c>x-mcp</c>. An unusable part is skipped with a
/// warning; the tools do not depend on it.
/// </summary>
internal sealed class CapabilitiesBuilder(
    ApiOptions options, ApiDocument document, CapabilityOperations operations, Func<string?, ApiEndpoint> endpointOf,
    int resourceByteBudget, List<DocumentWarning> warnings)
{
    private const string Extension = "x-mcp";
    private const int MaxTemplates = 200;
    private const int LongestDescription = 1024;

    public ApiCapabilities Build()
    {
        var capabilities = DocumentCapabilities.Read(document.Root.Member(Extension), text => Warn(Extension, text));
        var templates = BuildTemplates();
        return new ApiCapabilities
        {
            Instructions = capabilities.Instructions,
            Resources = [.. FixedResources(capabilities.Guide)],
            Templates = templates,
            Prompts = [.. capabilities.Prompts.Select(Prompt)],
            Changes = Changes(capabilities.Changes),
            Apps = [.. capabilities.Apps.Select(app => AppResource.Of(SchemeOf(options.Name), app))],
            Guide = GuideSkill.Of(SchemeOf(options.Name), options.Name, capabilities.Instructions, capabilities.Guide),
        };
    }

    /// <summary>The name of the API as the scheme of a URI (RFC 3986, section 3.1).</summary>
    internal static string SchemeOf(string api)
    {
        var scheme = string.Concat(api.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '.' ? letter : '-'));
        return char.IsAsciiLetter(scheme[0]) ? scheme : $"api-{scheme}";
    }

    private IEnumerable<FixedResource> FixedResources(string? guide)
    {
        var scheme = SchemeOf(options.Name);
        if (guide is not null)
        {
            yield return Fixed(
                $"{scheme}://guide", $"{options.Name}-guide", $"How to use the {options.Name} tools",
                "A short guide to the tools: what they are for, in which order, and what to mind.", "text/markdown", guide, priority: 0.8f);
        }

        if (document.Root.Size() > resourceByteBudget)
        {
            Warn(Extension, $"The document has more than {resourceByteBudget} bytes (Mcp:ResourceByteBudget); it is not a resource.");
            yield break;
        }

        yield return Fixed(
            $"{scheme}://openapi", $"{options.Name}-openapi", $"OpenAPI document of the {options.Name} API",
            "What the tools are made of: every operation with its parameters, schemas and errors.", "application/json", DocumentText(), priority: 0.2f);
    }

    private static FixedResource Fixed(
        string uri, string name, string title, string description, string mediaType, string text, float priority) => new(
        new Resource
        {
            Uri = uri,
            Name = name,
            Title = title,
            Description = description,
            MimeType = mediaType,
            Size = Encoding.UTF8.GetByteCount(text),
            Annotations = new Annotations { Audience = [Role.User, Role.Assistant], Priority = priority },
        },
        text);

    /// <summary>
    /// The document without server URLs, because end users must not learn where an API is, and without the HTML of apps,
    /// which is long and not meant for models.
    /// </summary>
    private string DocumentText()
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteWithoutServers(writer, document.Root, ["paths", null, null]);
        }

        return Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    /// <summary>
    /// Writes an object without its servers, and also the objects in it: first those of the given name, or of any name for
    /// null.
    /// </summary>
    private static void WriteWithoutServers(Utf8JsonWriter writer, JsonElement node, ReadOnlySpan<string?> within)
    {
        writer.WriteStartObject();
        foreach (var member in node.Members().Where(member => !member.NameEquals("servers")))
        {
            writer.WritePropertyName(member.Name);
            if (member.NameEquals(Extension) && member.Value.Member("apps").ValueKind == JsonValueKind.Array)
            {
                WriteWithoutApps(writer, member.Value);
            }
            else if (!within.IsEmpty && member.Value.ValueKind == JsonValueKind.Object && (within[0] is null || member.NameEquals(within[0])))
            {
                WriteWithoutServers(writer, member.Value, within[1..]);
            }
            else
            {
                member.Value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteWithoutApps(Utf8JsonWriter writer, JsonElement extension)
    {
        writer.WriteStartObject();
        foreach (var member in extension.Members().Where(member => !member.NameEquals("apps")))
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private List<OperationResource> BuildTemplates()
    {
        var templates = new List<OperationResource>();
        foreach (var operation in operations.All.Where(operation => operation.Extensions.Resource is not null && operations.Filter.Allows(operation)))
        {
            try
            {
                var template = Template(operation, operation.Extensions.Resource!);
                if (templates.Count == MaxTemplates)
                {
                    NoResource(operation, $"there are {MaxTemplates} before it.");
                }
                else if (templates.Exists(other => other.Uri.Text == template.Uri.Text))
                {
                    NoResource(operation, $"'{template.Uri.Text}' is the resource of another operation.");
                }
                else
                {
                    templates.Add(template);
                }
            }
            catch (ApiDocumentException exception)
            {
                NoResource(operation, exception.Message);
            }
        }

        return templates;
    }

    private OperationResource Template(ApiOperation operation, ResourceDescription resource)
    {
        if (operation is not { Method: "GET", Body: null })
        {
            throw new ApiDocumentException("only a GET without a body can be one.");
        }

        var uri = UriTemplate.Parse(resource.Uri);
        var path = OperationPath.NamesIn(operation.Path).ToArray();
        if (!uri.Variables.ToHashSet(StringComparer.Ordinal).SetEquals(path))
        {
            throw new ApiDocumentException($"the variables of '{uri.Text}' must be the parameters of the path.");
        }

        if (operation.Parameters.FirstOrDefault(parameter => parameter.Required && parameter.Location != "path") is { } needed)
        {
            throw new ApiDocumentException($"it needs the parameter '{needed.Name}', which no URI has.");
        }

        var tool = operations.ToolOf(operation);
        var completions = new Dictionary<string, CompletionSource>(StringComparer.Ordinal);
        foreach (var (variable, id) in resource.CompleteOperations)
        {
            if (!uri.Variables.Contains(variable, StringComparer.Ordinal))
            {
                Warn(operation.ToString(), $"The resource has no variable '{variable}' to complete.");
            }
            else if (Completing(id, operation.ToString()) is { } source)
            {
                completions[variable] = source;
            }
        }

        return new OperationResource(
            new ResourceTemplate
            {
                UriTemplate = uri.Text,
                Name = tool.Definition.Name,
                Title = tool.Definition.Title,
                Description = tool.Definition.Description,
                MimeType = operation.Success?.MediaType is { } type && !type.Contains('*', StringComparison.Ordinal) ? type : null,
                Annotations = new Annotations { Audience = [Role.User, Role.Assistant] },
            },
            uri,
            [.. uri.Variables.Select(variable => VariableOf(tool, variable))],
            tool,
            operation.Success is { Schema.ValueKind: JsonValueKind.Object } success ? document.Untrusted.In(success.Schema) : [],
            completions);
    }

    private static ResourceVariable VariableOf(OperationTool tool, string variable)
    {
        var argument = tool.PathArgumentOf(variable);
        var schema = tool.Definition.InputSchema.GetProperty("properties").GetProperty(argument);
        return new ResourceVariable(argument, schema.Text("type") == "integer");
    }

    private CatalogPrompt Prompt(PromptDescription prompt)
    {
        var completions = new Dictionary<string, CompletionSource>(StringComparer.Ordinal);
        foreach (var argument in prompt.Arguments)
        {
            if (argument.Values.Count > 0)
            {
                completions[argument.Name] = new CompletionSource(argument.Values, Operation: null);
            }
            else if (argument.CompleteOperation is { } id && Completing(id, $"{Extension}: prompt {prompt.Name}") is { } source)
            {
                completions[argument.Name] = source;
            }
        }

        return new CatalogPrompt(
            new Prompt
            {
                Name = options.NamePrefix + prompt.Name,
                Title = prompt.Title,
                Description = BoundedText.Of(prompt.Description ?? prompt.Title ?? prompt.Text, LongestDescription),
                Arguments =
                [
                    .. prompt.Arguments.Select(argument => new PromptArgument
                    {
                        Name = argument.Name, Title = argument.Title, Description = argument.Description, Required = argument.Required,
                    }),
                ],
            },
            prompt,
            completions);
    }

    private CompletionSource? Completing(string id, string what)
    {
        var operation = operations.All.FirstOrDefault(operation => operation.Id == id);
        if (operation is null || !CompletionSource.CanComplete(operation))
        {
            Warn(what, operation is null
                ? $"'{id}' is no operation of the document; nothing completes."
                : $"'{id}' cannot complete: it must be a GET with the query parameter '{CompletionSource.PrefixArgument}' that needs nothing else.");
            return null;
        }

        try
        {
            return operations.Filter.Excludes(operation) ? null : new CompletionSource([], operations.ToolOf(operation));
        }
        catch (ApiDocumentException exception)
        {
            Warn(what, $"'{id}' cannot complete: {exception.Message}");
            return null;
        }
    }

    private ChangeSource? Changes(ChangesDescription? changes)
    {
        if (changes is null)
        {
            return null;
        }

        var resources = new List<UriTemplate>();
        foreach (var text in changes.Resources)
        {
            try
            {
                resources.Add(UriTemplate.Parse(text));
            }
            catch (ApiDocumentException exception)
            {
                Warn(Extension, $"changes: {exception.Message}");
            }
        }

        try
        {
            return resources.Count == 0 ? null : new ChangeSource(endpointOf(null), changes.Path, resources, changes.OfDocument);
        }
        catch (ApiDocumentException exception)
        {
            Warn(Extension, $"changes: {exception.Message}");
            return null;
        }
    }

    private void NoResource(ApiOperation operation, string why) => Warn(operation.ToString(), $"is not a resource: {why}");

    private void Warn(string what, string text) => warnings.Add(new DocumentWarning(what, text));
}
