using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Schemas;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>
/// Makes arguments from a request's body: one for each property of an object if none has the name of a parameter, otherwise
/// one for the whole body.
/// </summary>
internal sealed class BodyArguments(ArgumentList arguments, string method, ApiBody body, XmlBody? xml, Action<string> warn)
{
    private readonly string _type = MediaTypes.Essence(body.MediaType);
    private readonly List<(JsonObject Schema, ArgumentBinding Binding)> _aboutFiles = [];

    public void Add()
    {
        var hasProperties = MediaTypes.IsJson(_type) || _type is "application/x-www-form-urlencoded" or MediaTypes.Multipart || xml is not null;
        if (!hasProperties)
        {
            AddContent();
            return;
        }

        var shape = ObjectShape.TryRead(arguments.Document, body.Schema);
        var properties = shape?.Properties.Where(property => !arguments.IsHidden(property.Value)).ToArray() ?? [];
        if (shape is null || (_type != MediaTypes.Multipart && properties.Any(property => arguments.Has(property.Key))))
        {
            if (_type == MediaTypes.Multipart && shape is null)
            {
                warn("The multipart body is not a plain object with properties; "
                    + "the properties of 'body' become its parts.");
            }

            AddWhole(arguments.WriteSchema(body.Schema, body.Description), isFile: false);
            return;
        }

        var files = _type == MediaTypes.Multipart ? properties.Count(property => IsFile(property.Value, body.Encoding.Member(property.Key))) : 0;
        foreach (var (name, property) in properties)
        {
            AddProperty(name, property, body.Required && shape.Required.Contains(name), isOnlyFile: files == 1);
        }

        foreach (var (schema, binding) in _aboutFiles)
        {
            arguments.Add(schema, binding, isRequired: false);
        }
    }

    /// <summary>Adds a body of text or bytes as one argument.</summary>
    private void AddContent()
    {
        var isText = MediaTypes.IsText(_type);
        var schema = new JsonObject { ["type"] = "string" };
        if (!isText)
        {
            schema["contentEncoding"] = "base64";
        }

        var shape = MediaTypes.IsXml(_type) ? XmlBody.ShapeOf(arguments.Document, body.Schema) : null;
        schema["description"] = BoundedText.Of(
            $"{body.Description ?? "The body of the request"} ({(isText ? _type : $"{_type}, as base64")}{(shape is null ? "" : $", such as {shape}")})", maxLength: 600);
        AddWhole(schema, isFile: !isText);
    }

    private void AddWhole(JsonObject schema, bool isFile) => arguments.Add(
        schema,
        new ArgumentBinding(arguments.Unique("body", "request"), ArgumentPlace.Body, Name: null, IsFile: isFile),
        body.Required);

    private void AddProperty(string name, JsonElement property, bool isRequired, bool isOnlyFile)
    {
        var encoding = body.Encoding.Member(name);
        var isFile = _type == MediaTypes.Multipart && IsFile(property, encoding);
        var schema = arguments.WriteSchema(property, description: null);
        if (isFile)
        {
            MarkAsFile(schema);
        }

        var binding = new ArgumentBinding(
            arguments.Unique(name, "body"), ArgumentPlace.Body, name, StyleOf(encoding),
            IsFile: isFile, ContentType: encoding.Text("contentType")?.Split(',')[0].Trim(),
            File: isFile && !schema.ContainsKey("items") ? AboutFile(name, isOnlyFile) : null);
        if (NullSaysMoreThanAbsence(schema))
        {
            arguments.Add(schema, binding, isRequired);
        }
        else
        {
            arguments.Add(schema, binding, isRequired, sendsNull: MediaTypes.IsJson(_type));
        }
    }

    /// <summary>Arguments for a file's name and media type: many servers detect the type of a file by its name.</summary>
    private FileArguments AboutFile(string name, bool isOnlyFile)
    {
        var about = new FileArguments(Unique("filename"), Unique("contentType"));
        _aboutFiles.Add((Text($"The name of the file in {name}, such as photo.png."), new ArgumentBinding(about.Name, ArgumentPlace.File, name)));
        _aboutFiles.Add((Text($"The media type of the file in {name}, such as image/png."), new ArgumentBinding(about.MediaType, ArgumentPlace.File, name)));
        return about;

        string Unique(string argument) => isOnlyFile && !HasProperty(argument) ? arguments.Unique(argument, "file") : arguments.Unique($"{name}_{argument}", "file");

        static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
    }

    private bool HasProperty(string name) =>
        ObjectShape.TryRead(arguments.Document, body.Schema)?.Properties.ContainsKey(name) is true;

    /// <summary>
    /// In a patch, null removes a value and absence keeps it (RFC 7396). With a default, absence stands for the default.
    /// </summary>
    private bool NullSaysMoreThanAbsence(JsonObject schema) =>
        method == "PATCH" || _type == "application/merge-patch+json" || schema["default"] is not null;

    private static ParameterStyle StyleOf(JsonElement encoding) => encoding.Text("style") is { } style
        ? new ParameterStyle(
            style, encoding.Flag("explode") ?? style is "form" or "deepObject", encoding.Flag("allowReserved") ?? false)
        : encoding.Flag("explode") is { } explode ? new ParameterStyle("form", explode) : default;

    /// <summary>
    /// Whether a part of a multipart body is raw bytes (OpenAPI 3.0: format; 3.1: a content media type).
    /// </summary>
    private bool IsFile(JsonElement property, JsonElement encoding)
    {
        var schema = arguments.Document.ResolveSchema(property);
        if (schema.Member("items").ValueKind == JsonValueKind.Object)
        {
            return IsFile(schema.Member("items"), encoding);
        }

        var isBinary = schema.Text("contentMediaType") is { } media && !MediaTypes.IsText(media)
            && schema.Text("contentEncoding") is null;
        var isImage = encoding.Text("contentType") is { } type && schema.Text("type") is null or "string"
            && type.StartsWith("image/", StringComparison.Ordinal);
        return schema.Text("format") == "binary" || isBinary || isImage;
    }

    private static void MarkAsFile(JsonObject schema)
    {
        var file = schema["items"] as JsonObject ?? schema;
        file["type"] = "string";
        file["contentEncoding"] = "base64";
    }
}
