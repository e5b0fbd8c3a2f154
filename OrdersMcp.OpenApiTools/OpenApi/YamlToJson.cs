using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SharpYaml;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>Converts a YAML document to JSON, by the core schema of YAML 1.2 (10.3.2): quoted values are text.</summary>
internal static partial class YamlToJson
{
    private const int MaxDepth = 200;

    /// <exception cref="ApiDocumentException">The text is not YAML, or its aliases make it endless.</exception>
    public static ReadOnlyMemory<byte> Convert(ReadOnlyMemory<byte> utf8, Action<string>? warn = null)
    {
        var buffer = new ArrayBufferWriter<byte>(utf8.Length + 16);
        try
        {
            // In YAML, the leading blank lines of a block scalar may not have more spaces than its first line (YAML 1.2.2,
            // 8.1.1.1). Official documents of large APIs break this rule, and other parsers accept them.
            var node = YamlNodeReader.Read(BlankLines().Replace(Encoding.UTF8.GetString(utf8.Span), ""));
            using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ReadableJson.Options.Encoder, SkipValidation = true });
            Write(writer, node ?? new YamlScalar("line 1", "null", IsPlain: true), depth: 0, warn ?? (_ => { }));
        }
        catch (YamlException exception)
        {
            throw new ApiDocumentException(
                $"The document is neither JSON nor YAML: line {exception.Start.Line + 1}, column {exception.Start.Column + 1}: {exception.Message}", exception);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node, int depth, Action<string> warn)
    {
        // Aliases can repeat a node without limit.
        if (depth > MaxDepth || writer.BytesCommitted + writer.BytesPending > DocumentText.MaxBytes)
        {
            throw YamlNodeReader.TooDeep();
        }

        switch (node)
        {
            case YamlMap map:
                writer.WriteStartObject();
                foreach (var (name, value) in map.Resolve(warn))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value, depth + 1, warn);
                }

                writer.WriteEndObject();
                break;
            case YamlList list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item, depth + 1, warn);
                }

                writer.WriteEndArray();
                break;
            case YamlScalar { IsPlain: true, Value: var plain }:
                WritePlain(writer, plain);
                break;
            case YamlScalar { Value: var text }:
                writer.WriteStringValue(text);
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

    [GeneratedRegex("^[ \\t]+(?=\\r?$)", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex BlankLines();

    /// <summary>
    /// Numbers that YAML and JSON write alike; others (0x1F, .5, 007) are rare in documents and remain text.
    /// </summary>
    [GeneratedRegex("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonNumber();
}
