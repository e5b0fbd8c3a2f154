using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Tools;

/// <summary>
/// What a tool takes: the parameters of its operation and the properties of its body as one object, and where each of
/// them goes.
/// </summary>
internal sealed class ToolInput
{
    /// <summary>Schemas of requests that are larger than this are cut; arguments beyond are then left to the API to check.</summary>
    private const int SchemaBudget = 64 * 1024;

    private const string KeyArgument = "idempotencyKey";
    private const string KeyHeader = "Idempotency-Key";
    private const string KeyDescription = "Calls with the same key count once; left out, each call has its own.";

    private readonly ApiDocument _document;
    private readonly SchemaWriter _writer;
    private readonly JsonObject _properties = [];
    private readonly List<string> _required = [];
    private readonly List<ArgumentBinding> _bindings = [];
    private readonly Action<string> _warn;

    private ToolInput(ApiDocument document, Action<string> warn)
    {
        _document = document;
        _warn = warn;
        _writer = new SchemaWriter(document, SchemaDirection.Input, SchemaBudget);
    }

    public JsonObject Schema { get; private set; } = [];

    public IReadOnlyList<ArgumentBinding> Bindings => _bindings;

    /// <summary>How the body is sent, or null where there is none.</summary>
    public string? BodyMediaType { get; private set; }

    public static ToolInput Of(ApiDocument document, ApiOperation operation, Action<string> warn)
    {
        var input = new ToolInput(document, warn);
        foreach (var parameter in operation.Parameters.OrderBy(parameter => PlaceOf(parameter.Location)))
        {
            input.AddParameter(parameter);
        }

        if (operation.Body is { } body)
        {
            input.BodyMediaType = body.MediaType;
            input.AddBody(body);
        }

        input.Schema = input.Complete();
        return input;
    }

    private static ArgumentPlace PlaceOf(string location) => location switch
    {
        "path" => ArgumentPlace.Path,
        "query" => ArgumentPlace.Query,
        "header" => ArgumentPlace.Header,
        _ => ArgumentPlace.Cookie,
    };

    private void AddParameter(ApiParameter parameter)
    {
        if (parameter.Location == "header" && parameter.Name.Equals(KeyHeader, StringComparison.OrdinalIgnoreCase))
        {
            var key = WriteSchema(parameter.Schema, KeyDescription);
            foreach (var keyword in new[] { "examples", "minLength", "maxLength", "format", "pattern" })
            {
                key.Remove(keyword); // the API checks it; few calls have one
            }

            Add(key, new ArgumentBinding(Unique(KeyArgument, "header"), ArgumentPlace.IdempotencyKey, KeyHeader), isRequired: false);
            return;
        }

        var schema = WriteSchema(parameter.Schema, parameter.Description);
        if (parameter.Deprecated)
        {
            schema["deprecated"] = true;
        }

        if (!schema.ContainsKey("examples") && !schema.ContainsKey("enum") && !schema.ContainsKey("default")
            && parameter.Example.ValueKind == JsonValueKind.String && parameter.Example.Size() <= 40)
        {
            schema["examples"] = new JsonArray(JsonValue.Create(parameter.Example));
        }

        Add(
            schema,
            new ArgumentBinding(Unique(parameter.Name, parameter.Location), PlaceOf(parameter.Location), parameter.Name, parameter.Style, parameter.IsJson),
            parameter.Required);
    }

    /// <summary>The properties of an object body become arguments of their own where no parameter has the name of one.</summary>
    private void AddBody(ApiBody body)
    {
        var type = MediaTypes.Essence(body.MediaType);
        var hasProperties = MediaTypes.IsJson(type) || type is "application/x-www-form-urlencoded" or "multipart/form-data";
        if (!hasProperties)
        {
            var isText = MediaTypes.IsText(type);
            var schema = new JsonObject { ["type"] = "string" };
            if (!isText)
            {
                schema["contentEncoding"] = "base64";
            }

            schema["description"] = BoundedText.Of(
                $"{body.Description ?? "The body of the request"} ({(isText ? type : $"{type}, as base64")})", maxLength: 400);
            AddWholeBody(schema, body.Required, isFile: !isText);
            return;
        }

        var isMultipart = type == "multipart/form-data";
        var shape = ObjectShape.TryRead(_document, body.Schema);
        var properties = shape?.Properties.Where(property => !_writer.IsHidden(property.Value)).ToArray() ?? [];
        if (shape is null || (!isMultipart && properties.Any(property => _properties.ContainsKey(LegalName(property.Key)))))
        {
            if (isMultipart && shape is null)
            {
                _warn("The multipart body is more than an object with properties; its parts are taken as they are named in 'body'.");
            }

            var schema = WriteSchema(body.Schema, body.Description);
            AddWholeBody(schema, body.Required, isFile: false);
            return;
        }

        foreach (var (name, property) in properties)
        {
            var encoding = body.Encoding.Member(name);
            var isFile = isMultipart && IsFile(property, encoding);
            var schema = WriteSchema(property, description: null);
            if (isFile)
            {
                MarkAsFile(schema);
            }

            Add(
                schema,
                new ArgumentBinding(
                    Unique(name, "body"), ArgumentPlace.Body, name, StyleOf(encoding),
                    IsFile: isFile, ContentType: encoding.Text("contentType")?.Split(',')[0].Trim()),
                body.Required && shape.Required.Contains(name));
        }
    }

    private void AddWholeBody(JsonObject schema, bool isRequired, bool isFile) =>
        Add(schema, new ArgumentBinding(Unique("body", "request"), ArgumentPlace.Body, Name: null, IsFile: isFile), isRequired);

    private static ParameterStyle StyleOf(JsonElement encoding) => encoding.Text("style") is { } style
        ? new ParameterStyle(style, encoding.Flag("explode") ?? style is "form" or "deepObject", encoding.Flag("allowReserved") ?? false)
        : encoding.Flag("explode") is { } explode ? new ParameterStyle("form", explode) : default;

    /// <summary>Whether a part of a multipart body is raw bytes (OpenAPI 3.0: format; 3.1: a content media type).</summary>
    private bool IsFile(JsonElement property, JsonElement encoding)
    {
        var schema = _document.Resolve(property);
        if (schema.Member("items").ValueKind == JsonValueKind.Object)
        {
            return IsFile(schema.Member("items"), encoding);
        }

        return schema.Text("format") == "binary"
            || (schema.Text("contentMediaType") is { } media && !MediaTypes.IsText(media) && schema.Text("contentEncoding") is null)
            || (encoding.Text("contentType") is { } type && schema.Text("type") is null or "string" && type.StartsWith("image/", StringComparison.Ordinal));
    }

    private static void MarkAsFile(JsonObject schema)
    {
        var file = schema["items"] as JsonObject ?? schema;
        file["type"] = "string";
        file["contentEncoding"] = "base64";
    }

    private JsonObject WriteSchema(JsonElement source, string? description)
    {
        // A property's schema says something beside what it allows, and so is an object.
        var schema = source.ValueKind switch
        {
            JsonValueKind.Object => (JsonObject)_writer.Write(source),
            JsonValueKind.False => new JsonObject { ["not"] = new JsonObject() },
            _ => [],
        };
        if (!string.IsNullOrWhiteSpace(description))
        {
            schema["description"] = BoundedText.Of(description, maxLength: 400);
        }

        return schema;
    }

    private void Add(JsonObject schema, ArgumentBinding binding, bool isRequired)
    {
        _properties[binding.Argument] = schema;
        _bindings.Add(binding);
        if (isRequired)
        {
            _required.Add(binding.Argument);
        }
    }

    /// <summary>The name, or where it is taken the name with its place: paths, queries, headers, cookies, bodies, in this order.</summary>
    private string Unique(string name, string place)
    {
        var legal = LegalName(name);
        var unique = legal;
        for (var i = 1; _properties.ContainsKey(unique); i++)
        {
            unique = i == 1 ? $"{legal}_{place}" : $"{legal}_{place}_{i}";
        }

        return unique;
    }

    /// <summary>Model APIs take property names of letters, digits and <c>_ . -</c>, up to 64.</summary>
    private static string LegalName(string name)
    {
        var legal = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.')
            {
                legal.Append(letter);
            }
            else if (legal.Length > 0 && legal[^1] != '_')
            {
                legal.Append('_');
            }
        }

        var text = legal.ToString().TrimEnd('_');
        return text.Length == 0 ? "value" : text.Length <= 64 ? text : text[..64];
    }

    private JsonObject Complete()
    {
        var root = new JsonObject { ["type"] = "object", ["properties"] = _properties };
        if (_required.Count > 0)
        {
            root["required"] = new JsonArray([.. _required.Select(name => (JsonNode)name)]);
        }

        root["additionalProperties"] = false;
        _writer.Complete(root);
        foreach (var warning in _writer.Warnings.Distinct(StringComparer.Ordinal))
        {
            _warn(warning);
        }

        if (_writer.IsCut)
        {
            _warn($"The input schema is larger than {SchemaBudget / 1024} KiB; what is nested deepest is taken as anything.");
        }

        return root;
    }
}
