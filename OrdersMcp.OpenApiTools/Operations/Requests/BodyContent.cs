using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Arguments;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>Writes the body of a request from its arguments.</summary>
internal sealed class BodyContent(string mediaType, bool isRequired, XmlBody? xml, IReadOnlyList<ArgumentBinding> bindings)
{
    private static readonly ParameterStyle FormStyle = new("form", Explode: true);
    private readonly string _type = MediaTypes.Essence(mediaType);

    /// <summary>
    /// The body, or null if it has no arguments and the operation does not require it: a required object without arguments
    /// is sent as an empty object. Invalid base64 goes to the report.
    /// </summary>
    public HttpContent? Write(IDictionary<string, JsonElement> arguments, ArgumentReport report)
    {
        if (!bindings.Any(binding => arguments.ContainsKey(binding.Argument)) && !IsEmptyObject)
        {
            return null;
        }

        if (MediaTypes.IsJson(_type))
        {
            return Json(arguments);
        }

        if (xml is not null)
        {
            return WithType(new ReadOnlyMemoryContent(xml.Write(Properties(arguments).Select(each => (each.Name, each.Value)))), mediaType);
        }

        return _type switch
        {
            "application/x-www-form-urlencoded" => Form(arguments),
            "multipart/form-data" => Multipart(arguments, report),
            _ => Single(arguments, report),
        };
    }

    private bool IsEmptyObject => isRequired && MediaTypes.IsJson(_type) && bindings is not [{ Name: null }];

    private ReadOnlyMemoryContent Json(IDictionary<string, JsonElement> arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, Encoder = ReadableJson.Options.Encoder }))
        {
            if (bindings is [{ Name: null } whole])
            {
                arguments[whole.Argument].WriteTo(writer);
            }
            else
            {
                writer.WriteStartObject();
                foreach (var binding in bindings)
                {
                    if (arguments.TryGetValue(binding.Argument, out var value))
                    {
                        writer.WritePropertyName(binding.Name!);
                        value.WriteTo(writer);
                    }
                }

                writer.WriteEndObject();
            }
        }

        return WithType(new ReadOnlyMemoryContent(buffer.WrittenMemory), mediaType);
    }

    private ReadOnlyMemoryContent Form(IDictionary<string, JsonElement> arguments)
    {
        var form = new StringBuilder();
        foreach (var (binding, name, value) in Properties(arguments))
        {
            // Without an encoding, an object is JSON and anything else is written like a query (OpenAPI 3.1, 4.8.15.1).
            if (value.ValueKind == JsonValueKind.Object && binding.Style.Name is null)
            {
                form.Append(form.Length > 0 ? "&" : "").Append(Uri.EscapeDataString(name)).Append('=')
                    .Append(Uri.EscapeDataString(value.GetRawText()));
            }
            else
            {
                ParameterText.AppendPairs(form, name, value, binding.Style.Name is null ? FormStyle : binding.Style);
            }
        }

        return WithType(new ReadOnlyMemoryContent(Encoding.UTF8.GetBytes(form.ToString())), mediaType);
    }

    private MultipartFormDataContent Multipart(IDictionary<string, JsonElement> arguments, ArgumentReport report)
    {
        var parts = new MultipartFormDataContent();
        foreach (var (binding, name, value) in Properties(arguments))
        {
            foreach (var item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().AsEnumerable() : [value])
            {
                if (binding.IsFile)
                {
                    var type = TextOf(arguments, binding.File?.MediaType) ?? binding.ContentType ?? "application/octet-stream";
                    if (Bytes(item, type, binding.Argument, report) is { } content)
                    {
                        var file = TextOf(arguments, binding.File?.Name) ?? name;
                        parts.Add(content, $"\"{name}\"", $"\"{file.Replace("\"", "%22", StringComparison.Ordinal)}\"");
                    }
                }
                else
                {
                    var type = binding.ContentType ?? (item.ValueKind == JsonValueKind.Object ? "application/json" : "text/plain");
                    parts.Add(WithType(new ReadOnlyMemoryContent(Encoding.UTF8.GetBytes(ParameterText.Of(item))), type), $"\"{name}\"");
                }
            }
        }

        return parts;
    }

    /// <summary>The text of an argument about a file, made safe for a header; null if it is absent.</summary>
    private static string? TextOf(IDictionary<string, JsonElement> arguments, string? argument) =>
        argument is not null && arguments.TryGetValue(argument, out var value) && value.ValueKind == JsonValueKind.String
            ? string.Concat(value.GetString()!.Where(letter => !char.IsControl(letter)))
            : null;

    private ReadOnlyMemoryContent? Single(IDictionary<string, JsonElement> arguments, ArgumentReport report)
    {
        var binding = bindings[0];
        var value = arguments[binding.Argument];
        return binding.IsFile
            ? Bytes(value, mediaType, binding.Argument, report)
            : WithType(new ReadOnlyMemoryContent(Encoding.UTF8.GetBytes(ParameterText.Of(value))), mediaType);
    }

    /// <summary>Each property: an argument, or a member of the argument that is the whole body.</summary>
    private IEnumerable<(ArgumentBinding Binding, string Name, JsonElement Value)> Properties(IDictionary<string, JsonElement> arguments)
    {
        foreach (var binding in bindings)
        {
            if (!arguments.TryGetValue(binding.Argument, out var value))
            {
                continue;
            }

            if (binding.Name is not null)
            {
                yield return (binding, binding.Name, value);
                continue;
            }

            foreach (var member in value.Members())
            {
                yield return (binding, member.Name, member.Value);
            }
        }
    }

    private static ReadOnlyMemoryContent? Bytes(JsonElement value, string type, string argument, ArgumentReport report)
    {
        if (value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes))
        {
            return WithType(new ReadOnlyMemoryContent(bytes), type);
        }

        report.AddAt(argument, "must be base64.");
        return null;
    }

    private static ReadOnlyMemoryContent WithType(ReadOnlyMemoryContent content, string type)
    {
        content.Headers.ContentType = MediaTypeHeaderValue.TryParse(type, out var parsed)
            ? parsed
            : new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }
}
