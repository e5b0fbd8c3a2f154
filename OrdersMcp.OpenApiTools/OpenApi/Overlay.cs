using System.Text;
using System.Text.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// Changes a document without editing it: an OpenAPI Overlay (1.0 or 1.1), whose actions update, copy to or remove the nodes
/// that a JSONPath selects. Newtonsoft.Json defines the path syntax.
/// </summary>
internal static class Overlay
{
    private static readonly JsonMergeSettings Merging = new()
    {
        MergeArrayHandling = MergeArrayHandling.Concat, // as specified: an array's elements are appended
        MergeNullValueHandling = MergeNullValueHandling.Merge,
    };

    /// <summary>The document after the actions of all overlays, in order.</summary>
    /// <param name="json">The document.</param>
    /// <param name="overlays">Each overlay as it is stored, and its name for messages.</param>
    /// <param name="warn">Receives warnings about actions that do nothing.</param>
    /// <exception cref="ApiDocumentException">An overlay is invalid, or an action fails.</exception>
    public static ReadOnlyMemory<byte> Apply(
        ReadOnlyMemory<byte> json, IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> overlays, Action<string> warn)
    {
        if (overlays.Count == 0)
        {
            return json;
        }

        var document = Read(json);
        foreach (var (name, bytes) in overlays)
        {
            var overlay = JsonElement.Parse(DocumentText.ToJson(bytes, warn).Span);
            if (overlay.Text("overlay") is not ['1', '.', ..] && overlay.Member("overlay").ValueKind != JsonValueKind.Number)
            {
                throw new ApiDocumentException($"The overlay {name} has no version 'overlay: 1.x'.");
            }

            foreach (var (action, index) in overlay.Member("actions").Items().Select((action, index) => (action, index)))
            {
                try
                {
                    Act(document, action, text => warn($"The overlay {name}, action {index + 1}: {text}"));
                }
                catch (Exception exception) when (exception is Newtonsoft.Json.JsonException or FormatException or ArgumentException or InvalidOperationException)
                {
                    throw new ApiDocumentException($"The overlay {name}, action {index + 1}, cannot be done: {exception.Message}", exception);
                }
            }
        }

        return Encoding.UTF8.GetBytes(document.ToString(Formatting.None));
    }

    private static void Act(JToken document, JsonElement action, Action<string> warn)
    {
        var path = action.Text("target") ?? throw new FormatException("it has no target");
        var targets = JsonPaths.Select(document, path).ToArray();
        if (targets.Length == 0)
        {
            warn($"'{path}' finds nothing.");
            return;
        }

        if (action.Flag("remove") is true)
        {
            foreach (var target in targets)
            {
                Remove(target);
            }

            return;
        }

        JToken? update = null;
        if (action.Text("copy") is { } source)
        {
            update = JsonPaths.Select(document, source).ToArray() is [var only]
                ? only.DeepClone()
                : throw new FormatException($"'{source}' must find one value to copy");
        }

        if (action.Member("update") is { ValueKind: not JsonValueKind.Undefined } value)
        {
            var given = Read(Encoding.UTF8.GetBytes(value.GetRawText()));
            if (update is JContainer both && given is JContainer)
            {
                both.Merge(given, Merging);
            }
            else
            {
                update = given;
            }
        }

        if (update is null)
        {
            warn("it has neither an update nor a copy nor a removal.");
            return;
        }

        foreach (var target in targets)
        {
            Update(target, update);
        }
    }

    /// <summary>Merges objects, appends to lists, and replaces anything else (1.1, 4.4.4).</summary>
    private static void Update(JToken target, JToken update)
    {
        switch (target, update)
        {
            case (JObject properties, JObject):
                properties.Merge(update.DeepClone(), Merging);
                break;
            case (JArray list, JArray items):
                list.Merge(items.DeepClone(), Merging);
                break;
            case (JArray list, _):
                list.Add(update.DeepClone());
                break;
            case (JObject, _):
                throw new FormatException($"'{target.Path}' is an object, but the update is not");
            default:
                target.Replace(update.DeepClone());
                break;
        }
    }

    private static void Remove(JToken target)
    {
        if (target.Parent is JProperty property)
        {
            property.Remove();
        }
        else if (target.Parent is not null)
        {
            target.Remove();
        }
        else
        {
            throw new FormatException("the document itself cannot be removed");
        }
    }

    private static JToken Read(ReadOnlyMemory<byte> json)
    {
        using var reader = new JsonTextReader(new StreamReader(new MemoryStream(json.ToArray()), Encoding.UTF8))
        {
            DateParseHandling = DateParseHandling.None, // keep values as they are written
            FloatParseHandling = FloatParseHandling.Decimal,
            MaxDepth = 512,
        };
        return JToken.ReadFrom(reader);
    }
}
