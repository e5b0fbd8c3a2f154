using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.McpServer.OpenApi;

/// <summary>An OpenAPI 3.0 or 3.1 document in JSON.</summary>
internal sealed class ApiDocument
{
    /// <summary>How many references may lead to one another before it must be a circle.</summary>
    private const int MaxReferenceDepth = 32;

    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private readonly JsonObject _root;

    private ApiDocument(JsonObject root) => _root = root;

    /// <summary>The address of the first server that the document declares, if any; may be relative.</summary>
    public string? ServerUrl => Text((_root["servers"] as JsonArray)?.FirstOrDefault() as JsonObject, "url");

    /// <exception cref="ApiDocumentException">The bytes are not an OpenAPI 3.0 or 3.1 document in JSON.</exception>
    public static ApiDocument Parse(ReadOnlySpan<byte> utf8)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { MaxDepth = 256 });
        }
        catch (JsonException exception)
        {
            throw new ApiDocumentException($"The document is not valid JSON: {exception.Message}", exception);
        }

        if (json is not JsonObject root || Text(root, "openapi") is not { } version)
        {
            throw new ApiDocumentException("The document is not OpenAPI: it has no 'openapi' version.");
        }

        return version.StartsWith("3.0", StringComparison.Ordinal) || version.StartsWith("3.1", StringComparison.Ordinal)
            ? new ApiDocument(root)
            : throw new ApiDocumentException($"OpenAPI {version} is not supported; 3.0 and 3.1 are.");
    }

    /// <summary>The operations, in the order of paths and methods.</summary>
    public IEnumerable<ApiOperation> ReadOperations()
    {
        foreach (var (path, item) in (_root["paths"] as JsonObject ?? []).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (Resolve(item) is not { } pathItem)
            {
                continue;
            }

            foreach (var method in Methods)
            {
                if (pathItem[method] is JsonObject operation)
                {
                    yield return ReadOperation(path, method, pathItem, operation);
                }
            }
        }
    }

    /// <summary>The object that a node is or, by <c>$ref</c>, names within this document.</summary>
    /// <exception cref="ApiDocumentException">The reference leads nowhere, outside or in a circle.</exception>
    public JsonObject? Resolve(JsonNode? node)
    {
        for (var depth = 0; depth < MaxReferenceDepth; depth++)
        {
            if (node is not JsonObject json || Text(json, "$ref") is not { } reference)
            {
                return node as JsonObject;
            }

            node = Find(reference);
        }

        throw new ApiDocumentException("A '$ref' refers to itself.");
    }

    /// <summary>What a local reference names (RFC 6901 in a URI fragment).</summary>
    /// <exception cref="ApiDocumentException">There is no such thing in this document; others are never fetched.</exception>
    public JsonNode Find(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            throw new ApiDocumentException($"The reference '{reference}' leaves the document; only local ones are followed.");
        }

        JsonNode? node = _root;
        foreach (var token in reference[2..].Split('/'))
        {
            var name = Uri.UnescapeDataString(token).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = node switch
            {
                JsonObject json => json[name],
                JsonArray array when int.TryParse(name, out var index) && index >= 0 && index < array.Count => array[index],
                _ => null,
            };
        }

        return node ?? throw new ApiDocumentException($"The reference '{reference}' names nothing in the document.");
    }

    internal static string? Text(JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private ApiOperation ReadOperation(string path, string method, JsonObject pathItem, JsonObject operation)
    {
        // A parameter of the operation replaces the one of the path that has its name and place.
        var parameters = new Dictionary<(string Name, string Location), ApiParameter>();
        foreach (var node in Items(pathItem["parameters"]).Concat(Items(operation["parameters"])))
        {
            if (Resolve(node) is { } parameter && Text(parameter, "name") is { } name && Text(parameter, "in") is { } location)
            {
                parameters[(name, location)] = new ApiParameter(
                    name, location, Text(parameter, "description"), IsTrue(parameter["required"]) || location == "path",
                    parameter["schema"] as JsonObject ?? []);
            }
        }

        var body = Resolve(operation["requestBody"]);
        var success = (operation["responses"] as JsonObject ?? [])
            .Where(response => response.Key.StartsWith('2'))
            .OrderBy(response => response.Key, StringComparer.Ordinal)
            .Select(response => Resolve(response.Value))
            .FirstOrDefault();

        return new ApiOperation
        {
            Id = Text(operation, "operationId"),
            Method = method.ToUpperInvariant(),
            Path = path,
            Summary = Text(operation, "summary"),
            Description = Text(operation, "description"),
            Tags = [.. Items(operation["tags"]).OfType<JsonValue>().Select(tag => tag.ToString())],
            Parameters = [.. parameters.Values],
            Body = JsonSchemaOf(body),
            BodyRequired = IsTrue(body?["required"]),
            Response = JsonSchemaOf(success),
        };
    }

    private static JsonObject? JsonSchemaOf(JsonObject? bodyOrResponse) =>
        (bodyOrResponse?["content"] as JsonObject ?? [])
            .Where(media => media.Key.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
                || media.Key.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
            .Select(media => media.Value?["schema"] as JsonObject)
            .FirstOrDefault();

    private static IEnumerable<JsonNode?> Items(JsonNode? node) => node as JsonArray ?? Enumerable.Empty<JsonNode?>();

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool flag) && flag;
}
