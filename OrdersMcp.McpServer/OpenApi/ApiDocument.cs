using System.Collections.Frozen;
using System.Text.Json;

namespace OrdersMcp.McpServer.OpenApi;

/// <summary>
/// An OpenAPI 3.0 or 3.1 document in JSON or YAML, read as it stands: keywords that nobody here knows survive.
/// </summary>
internal sealed class ApiDocument
{
    /// <summary>How many references may lead to one another before it must be a circle.</summary>
    private const int MaxReferenceDepth = 32;

    private static readonly JsonElement AnySchema = JsonElement.Parse("{}");

    private readonly JsonElement _root;
    private readonly Dictionary<string, FrozenDictionary<string, JsonElement>> _components = new(StringComparer.Ordinal);

    private ApiDocument(JsonElement root, bool isOpenApi30)
    {
        _root = root;
        IsOpenApi30 = isOpenApi30;

        // Objects of JsonElement are searched from end to end; large documents have thousands of components.
        foreach (var kind in root.Member("components").Members())
        {
            _components[kind.Name] = kind.Value.Members()
                .DistinctBy(entry => entry.Name)
                .ToFrozenDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        }

        Untrusted = new UntrustedFields(
            this, _components.GetValueOrDefault("schemas") ?? FrozenDictionary<string, JsonElement>.Empty);
    }

    /// <summary>Whether schemas are those of OpenAPI 3.0, which are not quite JSON Schema.</summary>
    public bool IsOpenApi30 { get; }

    /// <summary>The fields whose content others wrote.</summary>
    public UntrustedFields Untrusted { get; }

    /// <summary>The address of the first server that the document declares, if any; may be relative.</summary>
    public string? ServerUrl => ServerOf(_root);

    /// <summary>The whole document.</summary>
    public JsonElement Root => _root;

    /// <exception cref="ApiDocumentException">The bytes are not an OpenAPI 3.0 or 3.1 document.</exception>
    public static ApiDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        JsonElement root;
        try
        {
            var withoutMark = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
            withoutMark = withoutMark.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? withoutMark : YamlToJson.Convert(withoutMark);
            // Never disposed: the elements live as long as the tools that were made of them.
            root = JsonDocument.Parse(withoutMark, new JsonDocumentOptions { MaxDepth = 256 }).RootElement;
        }
        catch (JsonException exception)
        {
            throw new ApiDocumentException($"The document is not valid JSON: {exception.Message}", exception);
        }

        if (root.Text("openapi") is not { } version)
        {
            throw new ApiDocumentException(root.Text("swagger") is { } swagger
                ? $"The document is Swagger {swagger}; OpenAPI 3.0 and 3.1 are supported."
                : "The document is not OpenAPI: it has no 'openapi' version.");
        }

        var isOpenApi30 = version.StartsWith("3.0", StringComparison.Ordinal);
        return isOpenApi30 || version.StartsWith("3.1", StringComparison.Ordinal)
            ? new ApiDocument(root, isOpenApi30)
            : throw new ApiDocumentException($"OpenAPI {version} is not supported; 3.0 and 3.1 are.");
    }

    /// <summary>
    /// The operations, in the order of paths and methods. One that cannot be read is left out; why it could not is
    /// given to <paramref name="warn"/>, whatever it is: it must not cost the others.
    /// </summary>
    public IEnumerable<ApiOperation> ReadOperations(Action<string, Exception> warn)
    {
        var reader = new OperationReader(this);
        var paths = new List<(string Name, JsonElement Value)>();
        foreach (var path in _root.Member("paths").Members())
        {
            try
            {
                paths.Add((path.Name, path.Value));
            }
            catch (InvalidOperationException exception)
            {
                warn("a path", exception); // its name has half a character (a lone surrogate)
            }
        }

        foreach (var path in paths.OrderBy(path => path.Name, StringComparer.Ordinal))
        {
            foreach (var (method, node, item) in FindOperations(path.Name, path.Value, warn))
            {
                ApiOperation? operation = null;
                try
                {
                    operation = reader.Read(path.Name, method, item, node);
                }
                catch (Exception exception)
                {
                    warn($"{method.ToUpperInvariant()} {path.Name}", exception);
                }

                if (operation is not null)
                {
                    yield return operation;
                }
            }
        }
    }

    /// <summary>What a node is or, by <c>$ref</c>, names within this document.</summary>
    /// <exception cref="ApiDocumentException">The reference leads nowhere, outside or in a circle.</exception>
    public JsonElement Resolve(JsonElement node)
    {
        for (var depth = 0; depth < MaxReferenceDepth; depth++)
        {
            if (node.Text("$ref") is not { } reference)
            {
                return node;
            }

            node = Find(reference);
        }

        throw new ApiDocumentException($"The reference '{node.Text("$ref")}' refers to itself.");
    }

    /// <summary>The same for a schema: one that leads nowhere in this document constrains nothing.</summary>
    /// <exception cref="ApiDocumentException">The reference leads outside.</exception>
    public JsonElement ResolveSchema(JsonElement node)
    {
        try
        {
            return Resolve(node);
        }
        catch (ApiDocumentException exception) when (!exception.LeavesDocument)
        {
            return AnySchema;
        }
    }

    /// <summary>What a local reference names (RFC 6901 in a URI fragment).</summary>
    /// <exception cref="ApiDocumentException">There is no such thing in this document; others are never fetched.</exception>
    public JsonElement Find(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            throw new ApiDocumentException($"The reference '{reference}' leaves the document; only local ones are followed.")
            {
                LeavesDocument = true,
            };
        }

        var tokens = reference[2..].Split('/');
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = Uri.UnescapeDataString(tokens[i])
                .Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        var (node, start) = tokens is ["components", var kind, var name, ..] && _components.TryGetValue(kind, out var components)
            ? (components.GetValueOrDefault(name), 3)
            : (_root, 0);
        foreach (var token in tokens.AsSpan(start))
        {
            node = node.ValueKind == JsonValueKind.Array
                ? int.TryParse(token, out var index) && index >= 0 && index < node.GetArrayLength() ? node[index] : default
                : node.Member(token);
        }

        return node.ValueKind != JsonValueKind.Undefined
            ? node
            : throw new ApiDocumentException($"The reference '{reference}' names nothing in the document.");
    }

    /// <summary>
    /// The address of the first server that a document, path or operation declares, its variables replaced.
    /// </summary>
    internal static string? ServerOf(JsonElement node)
    {
        if (node.Member("servers").Items().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } server
            || server.Text("url") is not { } url)
        {
            return null;
        }

        foreach (var variable in server.Member("variables").Members())
        {
            url = url.Replace($"{{{variable.Name}}}", variable.Value.Text("default"), StringComparison.Ordinal);
        }

        return url;
    }

    private List<(string Method, JsonElement Operation, JsonElement PathItem)> FindOperations(
        string path, JsonElement value, Action<string, Exception> warn)
    {
        var found = new List<(string, JsonElement, JsonElement)>();
        try
        {
            var item = Resolve(value);
            foreach (var method in ApiOperation.Methods)
            {
                if (item.Member(method) is { ValueKind: JsonValueKind.Object } operation)
                {
                    found.Add((method, operation, item));
                }
            }
        }
        catch (Exception exception)
        {
            warn(path, exception);
        }

        return found;
    }
}
