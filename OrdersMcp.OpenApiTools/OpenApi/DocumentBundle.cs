using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// Copies the files that a document refers to into the document, to make it self-contained. The reader decides which files
/// it reads, and how. If a file is forbidden or missing, its references remain as they are, with the reason.
/// </summary>
internal sealed class DocumentBundle
{
    /// <summary>The member of the document that has the files.</summary>
    public const string Member = "x-files";

    private const int MostFiles = 3000;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    private readonly Uri _location;
    private readonly Func<Uri, CancellationToken, Task<ReadOnlyMemory<byte>>> _read;
    private readonly Action<string> _warn;
    private readonly Dictionary<Uri, (string Key, string? Problem)> _files = [];
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);
    private readonly Queue<(JsonNode Node, Uri Location, string Prefix)> _pending = new();
    private readonly JsonObject _bundled = [];
    private long _left = DocumentText.MaxBytes;

    private DocumentBundle(Uri location, Func<Uri, CancellationToken, Task<ReadOnlyMemory<byte>>> read, Action<string> warn) =>
        (_location, _read, _warn) = (location, read, warn);

    /// <summary>
    /// The document with all files that it refers to, and the reason for each reference that could not be followed.
    /// </summary>
    /// <param name="json">The document.</param>
    /// <param name="location">The document's location; references are relative to it.</param>
    /// <param name="read">Reads a file, or throws an <see cref="ApiDocumentException"/> with the reason.</param>
    /// <param name="warn">Receives warnings about ambiguities in the files.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<(ReadOnlyMemory<byte> Json, IReadOnlyDictionary<string, string> Problems)> BundleAsync(
        ReadOnlyMemory<byte> json, Uri location, Func<Uri, CancellationToken, Task<ReadOnlyMemory<byte>>> read, Action<string> warn, CancellationToken cancellationToken)
    {
        var bundle = new DocumentBundle(location, read, warn);
        if (!HasForeign(json.Span) || JsonNode.Parse(json.Span, documentOptions: Options) is not JsonObject root)
        {
            return (json, bundle._problems);
        }

        bundle._pending.Enqueue((root, location, ""));
        while (bundle._pending.TryDequeue(out var next))
        {
            await bundle.FollowAsync(next.Node, next.Location, next.Prefix, cancellationToken);
        }

        if (bundle._bundled.Count > 0)
        {
            root[Member] = bundle._bundled;
        }

        return (JsonSerializer.SerializeToUtf8Bytes(root, ReadableJson.OfDocuments), bundle._problems);
    }

    private static bool HasForeign(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("$ref"u8) && reader.Read()
                && reader.TokenType == JsonTokenType.String && reader.ValueSpan is not [(byte)'#', ..])
            {
                return true;
            }
        }

        return false;
    }

    private async Task FollowAsync(JsonNode node, Uri location, string prefix, CancellationToken cancellationToken)
    {
        foreach (var holder in HoldersIn(node).ToArray())
        {
            var reference = holder["$ref"]!.GetValue<string>();
            if (reference.StartsWith('#'))
            {
                if (prefix.Length > 0 && reference is "#" or ['#', '/', ..])
                {
                    holder["$ref"] = $"#{prefix}{reference[1..]}";
                }

                continue;
            }

            var parts = reference.Split('#', 2);
            var fragment = parts.Length > 1 ? parts[1] : "";
            if (!Uri.TryCreate(location, parts[0], out var target))
            {
                _problems[reference] = "it is not an address";
                continue;
            }

            if (target == _location)
            {
                holder["$ref"] = $"#{fragment}";
                continue;
            }

            var (key, problem) = await FileAsync(target, cancellationToken);
            if (problem is not null || fragment is not ("" or ['/', ..]))
            {
                _problems[reference] = problem ?? "only pointers into a file are followed";
            }
            else
            {
                holder["$ref"] = $"#/{Member}/{key}{(fragment == "/" ? "" : fragment)}";
            }
        }
    }

    private async Task<(string Key, string? Problem)> FileAsync(Uri target, CancellationToken cancellationToken)
    {
        if (_files.TryGetValue(target, out var known))
        {
            return known;
        }

        var key = KeyOf(target);
        string? problem = null;
        try
        {
            if (_files.Count >= MostFiles)
            {
                throw new ApiDocumentException($"the document has more than {MostFiles} files");
            }

            var bytes = await _read(target, cancellationToken);
            _left -= bytes.Length;
            if (_left < 0)
            {
                throw new ApiDocumentException($"the files of the document have more than {DocumentText.MaxBytes} bytes");
            }

            var node = JsonNode.Parse(DocumentText.ToJson(bytes, _warn).Span, documentOptions: Options);
            if (node is not (JsonObject or JsonArray))
            {
                throw new ApiDocumentException("it is neither an object nor a list");
            }

            _bundled[key] = node;
            _pending.Enqueue((node, target, $"/{Member}/{key}"));
        }
        catch (ApiDocumentException exception)
        {
            problem = exception.Message;
        }

        return _files[target] = (key, problem);
    }

    /// <summary>The file's name, made unique: it becomes the name of the file's content.</summary>
    private string KeyOf(Uri target)
    {
        var name = string.Concat(Path.GetFileNameWithoutExtension(target.AbsolutePath)
            .Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_'));
        var key = name.Length == 0 ? "file" : name;
        for (var i = 2; _files.Values.Any(file => file.Key == key); i++)
        {
            key = $"{name}_{i}";
        }

        return key;
    }

    private static IEnumerable<JsonObject> HoldersIn(JsonNode? node)
    {
        var pending = new Stack<JsonNode?>([node]);
        while (pending.TryPop(out var each))
        {
            switch (each)
            {
                case JsonObject json:
                    if (json.TryGetPropertyValue("$ref", out var reference) && reference is JsonValue value && value.TryGetValue<string>(out _))
                    {
                        yield return json;
                    }

                    foreach (var member in json)
                    {
                        pending.Push(member.Value);
                    }

                    break;
                case JsonArray array:
                    foreach (var item in array)
                    {
                        pending.Push(item);
                    }

                    break;
            }
        }
    }
}
