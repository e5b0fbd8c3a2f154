using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// Reads the text of a document as JSON. The document may be YAML, or JSON with comments, in any Unicode encoding, and
/// compressed with gzip.
/// </summary>
internal static class DocumentText
{
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Characters that neither JSON nor YAML allows anywhere (RFC 8259, 7; YAML 1.2.2, 5.1).</summary>
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code).Except("\t\n\r"u8.ToArray())]);

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 256, AllowDuplicateProperties = false };
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 256, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The document in UTF-8 JSON, without duplicate keys.</summary>
    /// <param name="bytes">The document as it is stored.</param>
    /// <param name="warn">Receives warnings about ambiguities.</param>
    /// <exception cref="ApiDocumentException">The document is neither JSON nor YAML.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> bytes, Action<string> warn)
    {
        var utf8 = WithoutControls(EncodedText.ToUtf8(charset: null, bytes.Span is [0x1F, 0x8B, ..] ? Decompress(bytes) : bytes), warn);
        if (utf8.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'/', ..])
        {
            return YamlToJson.Convert(utf8, warn);
        }

        if (IsJson(utf8, Strict, out _))
        {
            return utf8;
        }

        if (IsJson(utf8, Lenient, out var problem))
        {
            WarnOfDuplicates(utf8.Span, warn);
            return Rewritten(utf8);
        }

        try
        {
            return YamlToJson.Convert(utf8, warn); // YAML's flow style looks like JSON
        }
        catch (ApiDocumentException)
        {
            throw new ApiDocumentException($"The document is not valid JSON: {problem!.Message}", problem);
        }
    }

    /// <summary>
    /// Replaces control characters with blanks: some programs write those of a text, such as a vertical tab, as they are.
    /// </summary>
    public static ReadOnlyMemory<byte> WithoutControls(ReadOnlyMemory<byte> utf8, Action<string>? warn = null)
    {
        var first = utf8.Span.IndexOfAny(Controls);
        if (first < 0)
        {
            return utf8;
        }

        var before = utf8.Span[..first];
        warn?.Invoke($"Line {before.Count((byte)'\n') + 1} has the control character U+{utf8.Span[first]:X4}; this and any others are read as blanks.");
        var clean = utf8.ToArray();
        clean.AsSpan(first).ReplaceAny(Controls, (byte)' ');
        return clean;
    }

    private static bool IsJson(ReadOnlyMemory<byte> utf8, JsonDocumentOptions options, out JsonException? problem)
    {
        try
        {
            using var _ = JsonDocument.Parse(utf8, options);
            problem = null;
            return true;
        }
        catch (JsonException exception)
        {
            problem = exception;
            return false;
        }
        catch (InvalidOperationException)
        {
            problem = null;
            return true; // a key with half a character, which cannot be compared; its operation fails alone
        }
    }

    private static void WarnOfDuplicates(ReadOnlySpan<byte> utf8, Action<string> warn)
    {
        var reader = new Utf8JsonReader(
            utf8, new JsonReaderOptions { MaxDepth = Lenient.MaxDepth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        var keys = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                keys.Push(new HashSet<string>(StringComparer.Ordinal));
            }
            else if (reader.TokenType == JsonTokenType.EndObject)
            {
                keys.Pop();
            }
            else if (reader.TokenType == JsonTokenType.PropertyName && Encoding.UTF8.GetString(reader.ValueSpan) is var key && !keys.Peek().Add(key))
            {
                var before = utf8[..(int)reader.TokenStartIndex];
                warn($"The key '{key}' at line {before.Count((byte)'\n') + 1}, column {before.Length - before.LastIndexOf((byte)'\n')} is a duplicate; the last one counts.");
            }
        }
    }

    /// <summary>Removes comments, trailing commas and all but the last of duplicate keys, because parts of the document are copied as they are.</summary>
    private static ReadOnlyMemory<byte> Rewritten(ReadOnlyMemory<byte> utf8)
    {
        using var json = JsonDocument.Parse(utf8, Lenient);
        var buffer = new ArrayBufferWriter<byte>(utf8.Length);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ReadableJson.Options.Encoder, SkipValidation = true }))
        {
            try
            {
                Write(json.RootElement, writer);
            }
            catch (InvalidOperationException exception)
            {
                throw new ApiDocumentException("The document has a key that is not Unicode.", exception);
            }
        }

        return buffer.WrittenMemory;

        static void Write(JsonElement value, Utf8JsonWriter writer)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    var members = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
                    foreach (var member in value.EnumerateObject())
                    {
                        members[member.Name] = member.Value;
                    }

                    writer.WriteStartObject();
                    foreach (var (name, member) in members)
                    {
                        writer.WritePropertyName(name);
                        Write(member, writer);
                    }

                    writer.WriteEndObject();
                    break;
                case JsonValueKind.Array:
                    writer.WriteStartArray();
                    foreach (var item in value.EnumerateArray())
                    {
                        Write(item, writer);
                    }

                    writer.WriteEndArray();
                    break;
                default:
                    value.WriteTo(writer);
                    break;
            }
        }
    }

    private static ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var source = new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
            using var target = new MemoryStream();
            var buffer = new byte[81_920];
            int read;
            while ((read = source.Read(buffer)) > 0)
            {
                target.Write(buffer, 0, read);
                if (target.Length > MaxBytes)
                {
                    throw new ApiDocumentException($"The document is larger than {MaxBytes} bytes after decompression.");
                }
            }

            return target.ToArray();
        }
        catch (InvalidDataException exception)
        {
            throw new ApiDocumentException($"The document looks like gzip but is not: {exception.Message}", exception);
        }
    }
}
