using System.Collections.Frozen;
using System.Text.Json;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// An OpenAPI document, read as it is: unknown keywords are kept. OpenAPI 3.2 is 3.1 with more methods; Swagger 2.0 is
/// converted.
/// </summary>
internal sealed class ApiDocument
{
    /// <summary>How many references may lead to one another before they count as a cycle.</summary>
    private const int MaxReferenceDepth = 32;

    private static readonly JsonElement AnySchema = JsonElement.Parse("{}");

    private readonly JsonElement _root;
    private readonly DocumentReading _reading;
    private readonly Dictionary<string, FrozenDictionary<string, JsonElement>> _components = new(StringComparer.Ordinal);

    private ApiDocument(JsonElement root, bool isOpenApi30, DocumentReading reading)
    {
        _root = root;
        _reading = reading;
        IsOpenApi30 = isOpenApi30;

        // A search for a member of a JsonElement is linear, and large documents have thousands of components.
        // Documents in several files often have all paths, or all components of a kind, in one of them.
        foreach (var kind in ResolveContainer("components", root.Member("components")).Members())
        {
            _components[kind.Name] = ResolveContainer($"components/{kind.Name}", kind.Value).Members()
                .DistinctBy(entry => entry.Name)
                .ToFrozenDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        }

        Untrusted = new UntrustedFields(
            this, _components.GetValueOrDefault("schemas") ?? FrozenDictionary<string, JsonElement>.Empty);
    }

    /// <summary>Whether schemas are in the dialect of OpenAPI 3.0, which is not quite JSON Schema.</summary>
    public bool IsOpenApi30 { get; }

    /// <summary>The fields whose content is untrusted.</summary>
    public UntrustedFields Untrusted { get; }

    /// <summary>The address of the first server that the document declares, if any; may be relative.</summary>
    public string? ServerUrl => ServerOf(_root);

    /// <summary>Where the API takes its key, by the scheme that it requires first; null if it has none.</summary>
    public ApiKeyPlace? KeyPlace
    {
        get
        {
            var keys = (_components.GetValueOrDefault("securitySchemes") ?? FrozenDictionary<string, JsonElement>.Empty)
                .Where(scheme => scheme.Value.Text("type") == "apiKey" && scheme.Value.Text("name") is { Length: > 0 }
                    && scheme.Value.Text("in") is "query" or "header" or "cookie")
                .ToArray();
            var asked = _root.Member("security").Items().SelectMany(each => each.Members()).Select(each => each.Name).ToArray();
            return keys.OrderBy(scheme => Array.IndexOf(asked, scheme.Key) is var at and >= 0 ? at : int.MaxValue)
                .ThenBy(scheme => scheme.Key, StringComparer.Ordinal)
                .Select(scheme => new ApiKeyPlace(scheme.Value.Text("in")!, scheme.Value.Text("name")!))
                .FirstOrDefault();
        }
    }

    /// <summary>The whole document.</summary>
    public JsonElement Root => _root;

    /// <summary>Warnings about parts of the document that were read differently than written.</summary>
    public IReadOnlyList<string> Warnings => _reading.Warnings;

    /// <summary>Reads a document in any stored form, without the files that it refers to.</summary>
    /// <exception cref="ApiDocumentException">The bytes are not an OpenAPI document.</exception>
    public static ApiDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        var warnings = new List<string>();
        return Read(DocumentText.ToJson(bytes, warnings.Add), new DocumentReading(warnings));
    }

    /// <summary>Reads a document from JSON, with the results of its reading so far.</summary>
    /// <exception cref="ApiDocumentException">The JSON is not an OpenAPI document.</exception>
    public static ApiDocument Read(ReadOnlyMemory<byte> json, DocumentReading reading)
    {
        try
        {
            var root = Rooted(json);
            if (VersionOf(root, "swagger") is { } swagger)
            {
                root = swagger.StartsWith('2')
                    ? Rooted(SwaggerConverter.Convert(json, reading))
                    : throw new ApiDocumentException($"The document is Swagger {swagger}; Swagger 2.0 and OpenAPI 3.0 to 3.2 are supported.");
            }

            var version = VersionOf(root, "openapi") ?? throw new ApiDocumentException("The document is not OpenAPI: it has no 'openapi' version.");
            return version.Split('.') is ["3", "0" or "1" or "2", ..]
                ? new ApiDocument(root, version.StartsWith("3.0", StringComparison.Ordinal), reading)
                : throw new ApiDocumentException($"OpenAPI {version} is not supported; Swagger 2.0 and OpenAPI 3.0 to 3.2 are.");
        }
        catch (JsonException exception)
        {
            throw new ApiDocumentException($"The document is not valid JSON: {exception.Message}", exception);
        }
    }

    // Never disposed: the elements live as long as the tools made from them.
    private static JsonElement Rooted(ReadOnlyMemory<byte> json) =>
        JsonDocument.Parse(SchemaReferences.Rewrite(json), new JsonDocumentOptions { MaxDepth = 512 }).RootElement;

    /// <summary>The version, which is a number in YAML without quotes.</summary>
    private static string? VersionOf(JsonElement root, string member) => root.Member(member) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>
    /// The operations, in the order of paths and methods. An operation that cannot be read is omitted, and
    /// <paramref name="warn"/> receives the exception, whatever it is: the other operations must not be lost.
    /// </summary>
    public IEnumerable<ApiOperation> ReadOperations(Action<string, Exception> warn)
    {
        var reader = new OperationReader(this);
        var paths = new List<(string Name, JsonElement Value)>();
        foreach (var path in Resolve(_root.Member("paths")).Members())
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
                    operation = reader.Read(path.Name, method, item, Resolve(node)); // some documents have their operations in files
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

    /// <summary>The node, or the node of this document that its <c>$ref</c> names.</summary>
    /// <exception cref="ApiDocumentException">The reference leads nowhere, outside the document or in a cycle.</exception>
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

    /// <summary>The same for a schema: a reference that leads nowhere in this document constrains nothing.</summary>
    /// <exception cref="ApiDocumentException">The reference leads outside the document.</exception>
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

    /// <summary>A lost container costs only what needs it.</summary>
    private JsonElement ResolveContainer(string name, JsonElement node)
    {
        try
        {
            return Resolve(node);
        }
        catch (ApiDocumentException exception)
        {
            _reading.Warnings.Add($"'{name}' is left out: {exception.Message}");
            return default;
        }
    }

    /// <summary>The target of a local reference (RFC 6901 in a URI fragment).</summary>
    /// <exception cref="ApiDocumentException">This document has no such target; other documents are never fetched.</exception>
    public JsonElement Find(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            throw reference.StartsWith('#')
                ? new ApiDocumentException($"The reference '{reference}' names nothing in the document.")
                : new ApiDocumentException($"The reference '{reference}' leaves the document"
                    + (_reading.Unread.TryGetValue(reference, out var problem) ? $": {problem}." : "; only files next to it are followed."))
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
    /// The first server that a document, path or operation declares, with its variables replaced by the settings' values or
    /// their defaults; null if there is none.
    /// </summary>
    /// <exception cref="ApiDocumentException">A variable has no value.</exception>
    internal string? ServerOf(JsonElement node)
    {
        if (node.Member("servers").Items().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } server
            || server.Text("url") is not { } written)
        {
            return null;
        }

        var url = written;
        var variables = server.Member("variables");
        foreach (var piece in PathTemplate.Parse(written).Where(piece => piece.IsParameter))
        {
            var value = _reading.ServerVariables.GetValueOrDefault(piece.Text) ?? variables.Member(piece.Text).Text("default") ?? DefaultOf(written, piece.Text)
                ?? throw new ApiDocumentException($"The server '{written}' has the variable '{piece.Text}' without a default. Set ServerVariables:{piece.Text}.");
            url = url.Replace($"{{{piece.Text}}}", value, StringComparison.Ordinal);
        }

        return url;
    }

    /// <summary>An operation may repeat a server of the document without its variables.</summary>
    private string? DefaultOf(string url, string variable) => _root.Member("servers").Items()
        .Where(server => server.Text("url") == url)
        .Select(server => server.Member("variables").Member(variable).Text("default"))
        .FirstOrDefault(value => value is not null);

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

            // OpenAPI 3.2: methods without a member of their own.
            foreach (var other in item.Member("additionalOperations").Members().Where(other => other.Value.ValueKind == JsonValueKind.Object))
            {
                found.Add((other.Name, other.Value, item));
            }
        }
        catch (Exception exception)
        {
            warn(path, exception);
        }

        return found;
    }
}

/// <summary>The results of reading a document, besides its text.</summary>
/// <param name="Warnings">Warnings about parts that were read differently than written.</param>
internal sealed record DocumentReading(List<string> Warnings)
{
    /// <summary>The references to files that could not be read, and the reasons.</summary>
    public IReadOnlyDictionary<string, string> Unread { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The settings' values for the variables of servers.</summary>
    public IReadOnlyDictionary<string, string> ServerVariables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Where an API takes its key.</summary>
/// <param name="In"><c>query</c>, <c>header</c> or <c>cookie</c>.</param>
/// <param name="Name">The key's name there.</param>
internal sealed record ApiKeyPlace(string In, string Name);
