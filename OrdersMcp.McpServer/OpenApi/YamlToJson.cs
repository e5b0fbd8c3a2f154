using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrdersMcp.McpServer.OpenApi;

/// <summary>
/// Turns a document in YAML into JSON, by the core schema of YAML 1.2 (10.3.2): what is quoted is text.
/// </summary>
internal static partial class YamlToJson
{
    private const int MaxDepth = 200;
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <exception cref="ApiDocumentException">The text is not YAML, or its aliases make it endless.</exception>
    public static ReadOnlyMemory<byte> Convert(ReadOnlyMemory<byte> utf8)
    {
        var buffer = new ArrayBufferWriter<byte>(utf8.Length);
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(Encoding.UTF8.GetString(utf8.Span)));
            using var writer = new Utf8JsonWriter(buffer);
            Write(writer, yaml.Documents.Count == 0 ? new YamlScalarNode("null") : yaml.Documents[0].RootNode, depth: 0);
        }
        catch (YamlException exception)
        {
            throw new ApiDocumentException($"The document is neither JSON nor YAML: {exception.Message}", exception);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node, int depth)
    {
        // Aliases can repeat a node without end, or ever so often.
        if (depth > MaxDepth || writer.BytesCommitted + writer.BytesPending > MaxBytes)
        {
            throw new ApiDocumentException("The document's YAML is nested too deep or grows too large by its aliases.");
        }

        switch (node)
        {
            case YamlMappingNode map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.Children)
                {
                    writer.WritePropertyName((key as YamlScalarNode)?.Value ?? key.ToString());
                    Write(writer, value, depth + 1);
                }

                writer.WriteEndObject();
                break;
            case YamlSequenceNode list:
                writer.WriteStartArray();
                foreach (var item in list.Children)
                {
                    Write(writer, item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: var plain }:
                WritePlain(writer, plain ?? "");
                break;
            default:
                writer.WriteStringValue((node as YamlScalarNode)?.Value);
                break;
        }
    }

    private static void WritePlain(Utf8JsonWriter writer, string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                writer.WriteNullValue();
                break;
            case "true" or "True" or "TRUE":
                writer.WriteBooleanValue(true);
                break;
            case "false" or "False" or "FALSE":
                writer.WriteBooleanValue(false);
                break;
            case var _ when JsonNumber().IsMatch(text):
                writer.WriteRawValue(text);
                break;
            default:
                writer.WriteStringValue(text);
                break;
        }
    }

    /// <summary>
    /// The numbers that YAML and JSON write alike; others (0x1F, .5, 007) are rare in documents and stay text.
    /// </summary>
    [GeneratedRegex("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonNumber();
}
