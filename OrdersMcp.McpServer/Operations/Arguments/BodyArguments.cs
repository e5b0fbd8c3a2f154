using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Schemas;
using OrdersMcp.McpServer.Text;

namespace OrdersMcp.McpServer.Operations.Arguments;

/// <summary>
/// Makes arguments of a request's body: the properties of an object each become one where no parameter has the name of
/// one; any other body is one argument.
/// </summary>
internal sealed class BodyArguments(ArgumentList arguments, string method, ApiBody body, Action<string> warn)
{
    private const string Multipart = "multipart/form-data";

    private readonly string _type = MediaTypes.Essence(body.MediaType);

    public void Add()
    {
        var hasProperties = MediaTypes.IsJson(_type) || _type is "application/x-www-form-urlencoded" or Multipart;
        if (!hasProperties)
        {
            AddContent();
            return;
        }

        var shape = ObjectShape.TryRead(arguments.Document, body.Schema);
        var properties = shape?.Properties.Where(property => !arguments.IsHidden(property.Value)).ToArray() ?? [];
        if (shape is null || (_type != Multipart && properties.Any(property => arguments.Has(property.Key))))
        {
            if (_type == Multipart && shape is null)
            {
                warn("The multipart body is more than an object with properties; "
                    + "its parts are taken as they are named in 'body'.");
            }

            AddWhole(arguments.WriteSchema(body.Schema, body.Description), isFile: false);
            return;
        }

        foreach (var (name, property) in properties)
        {
            AddProperty(name, property, body.Required && shape.Required.Contains(name));
        }
    }

    /// <summary>A body that is text or bytes.</summary>
    private void AddContent()
    {
        var isText = MediaTypes.IsText(_type);
        var schema = new JsonObject { ["type"] = "string" };
        if (!isText)
        {
            schema["contentEncoding"] = "base64";
        }

        schema["description"] = BoundedText.Of(
            $"{body.Description ?? "The body of the request"} ({(isText ? _type : $"{_type}, as base64")})", maxLength: 400);
        AddWhole(schema, isFile: !isText);
    }

    private void AddWhole(JsonObject schema, bool isFile) => arguments.Add(
        schema,
        new ArgumentBinding(arguments.Unique("body", "request"), ArgumentPlace.Body, Name: null, IsFile: isFile),
        body.Required);

    private void AddProperty(string name, JsonElement property, bool isRequired)
    {
        var encoding = body.Encoding.Member(name);
        var isFile = _type == Multipart && IsFile(property, encoding);
        var schema = arguments.WriteSchema(property, description: null);
        if (isFile)
        {
            MarkAsFile(schema);
        }

        var binding = new ArgumentBinding(
            arguments.Unique(name, "body"), ArgumentPlace.Body, name, StyleOf(encoding),
            IsFile: isFile, ContentType: encoding.Text("contentType")?.Split(',')[0].Trim());
        if (NullSaysMoreThanAbsence(schema))
        {
            arguments.Add(schema, binding, isRequired);
        }
        else
        {
            arguments.Add(schema, binding, isRequired, sendsNull: MediaTypes.IsJson(_type));
        }
    }

    /// <summary>
    /// In a change null removes a value and absence keeps it (RFC 7396), and absence stands for a default.
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
        var schema = arguments.Document.Resolve(property);
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
