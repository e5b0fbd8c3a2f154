using System.Text;
using System.Text.Json;
using System.Xml;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Schemas;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>
/// Writes values as the XML that a schema describes: its <c>xml</c> defines names, attributes, namespaces and wrapped lists
/// (OpenAPI 3.1, 4.8.26).
/// </summary>
internal sealed class XmlBody
{
    private const int MaxDepth = 32;
    private const int ShapeDepth = 4;

    private readonly ApiDocument _document;
    private readonly JsonElement _schema;
    private readonly string _root;

    private XmlBody(ApiDocument document, JsonElement schema, string root) => (_document, _schema, _root) = (document, schema, root);

    /// <summary>The writer; null if the schema is not an object or the name of its element is unknown.</summary>
    public static XmlBody? Of(ApiDocument document, JsonElement schema) =>
        NameOf(document, schema) is { } name && ObjectShape.TryRead(document, schema) is not null ? new XmlBody(document, schema, name) : null;

    /// <summary>
    /// An example of the XML, for callers that write it themselves; null if the schema does not describe it.
    /// </summary>
    public static string? ShapeOf(ApiDocument document, JsonElement schema)
    {
        if (ObjectShape.TryRead(document, schema) is null)
        {
            return null;
        }

        var body = new XmlBody(document, schema, NameOf(document, schema) ?? "root");
        return Encoding.UTF8.GetString(Write(writer => body.WriteShape(writer, body._root, schema, depth: 0)));
    }

    /// <summary>The XML of an object with these properties.</summary>
    public byte[] Write(IEnumerable<(string Name, JsonElement Value)> properties) =>
        Write(writer => WriteObject(writer, _root, _schema, [.. properties], depth: 0));

    private static byte[] Write(Action<XmlWriter> write)
    {
        using var text = new MemoryStream();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), OmitXmlDeclaration = true }))
        {
            write(writer);
        }

        return text.ToArray();
    }

    /// <summary>The name in the schema's <c>xml</c>, or the schema's name as a component.</summary>
    private static string? NameOf(ApiDocument document, JsonElement schema) =>
        (document.ResolveSchema(schema).Member("xml").Text("name") ?? schema.Text("$ref")) is { Length: > 0 } name
            ? Legal(name[(name.LastIndexOf('/') + 1)..])
            : null;

    private void WriteObject(XmlWriter writer, string name, JsonElement schema, (string Name, JsonElement Value)[] members, int depth)
    {
        Start(writer, name, schema);
        var properties = ObjectShape.TryRead(_document, schema)?.Properties;
        var described = members.Select(member => (member.Name, member.Value, Schema: properties?.GetValueOrDefault(member.Name) ?? default)).ToArray();

        // Attributes come before the element's content.
        foreach (var (member, value, each) in described.Where(IsAttribute))
        {
            writer.WriteAttributeString(Legal(XmlOf(each).Text("name") ?? member), TextOf(value));
        }

        foreach (var (member, value, each) in described.Where(member => !IsAttribute(member)))
        {
            WriteValue(writer, Legal(XmlOf(each).Text("name") ?? member), each, value, depth + 1);
        }

        writer.WriteEndElement();

        bool IsAttribute((string Name, JsonElement Value, JsonElement Schema) member) => XmlOf(member.Schema).Flag("attribute") is true;
    }

    private void WriteValue(XmlWriter writer, string name, JsonElement schema, JsonElement value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ApiDocumentException("The XML is nested too deeply.");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, name, schema, [.. value.EnumerateObject().Select(member => (member.Name, member.Value))], depth);
                break;
            case JsonValueKind.Array:
                var items = _document.ResolveSchema(schema).Member("items");
                var isWrapped = XmlOf(schema).Flag("wrapped") is true;
                var item = Legal(XmlOf(items).Text("name") ?? name);
                if (isWrapped)
                {
                    Start(writer, name, schema);
                }

                foreach (var each in value.EnumerateArray())
                {
                    WriteValue(writer, item, items, each, depth + 1);
                }

                if (isWrapped)
                {
                    writer.WriteEndElement();
                }

                break;
            default:
                Start(writer, name, schema);
                writer.WriteString(TextOf(value));
                writer.WriteEndElement();
                break;
        }
    }

    private void WriteShape(XmlWriter writer, string name, JsonElement schema, int depth)
    {
        var resolved = _document.ResolveSchema(schema);
        Start(writer, name, schema);
        var properties = depth < ShapeDepth ? ObjectShape.TryRead(_document, schema)?.Properties : null;
        foreach (var (member, each) in properties?.Where(property => XmlOf(property.Value).Flag("attribute") is true) ?? [])
        {
            writer.WriteAttributeString(Legal(XmlOf(each).Text("name") ?? member), _document.ResolveSchema(each).Text("type") ?? "…");
        }

        foreach (var (member, each) in properties?.Where(property => XmlOf(property.Value).Flag("attribute") is not true) ?? [])
        {
            WriteShape(writer, Legal(XmlOf(each).Text("name") ?? member), each, depth + 1);
        }

        if (properties is null)
        {
            writer.WriteString(resolved.Text("type") ?? "…");
        }

        writer.WriteEndElement();
    }

    private void Start(XmlWriter writer, string name, JsonElement schema)
    {
        var xml = XmlOf(schema);
        var space = xml.Text("namespace");
        writer.WriteStartElement(space is null ? null : xml.Text("prefix"), name, space);
    }

    private JsonElement XmlOf(JsonElement schema) =>
        schema.Member("xml") is { ValueKind: JsonValueKind.Object } own ? own : _document.ResolveSchema(schema).Member("xml");

    private static string Legal(string name) => XmlConvert.EncodeLocalName(name);

    /// <summary>XML cannot represent most control characters.</summary>
    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => string.Concat(value.GetString()!.Where(letter => XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter))),
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };
}
