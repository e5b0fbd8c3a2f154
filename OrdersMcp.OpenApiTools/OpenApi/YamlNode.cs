using SharpYaml;
using SharpYaml.Events;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>A YAML node, and where it begins.</summary>
internal abstract record YamlNode(string Place);

internal sealed record YamlScalar(string Place, string Value, bool IsPlain) : YamlNode(Place);

internal sealed record YamlList(string Place) : YamlNode(Place)
{
    public List<YamlNode> Items { get; } = [];
}

/// <summary>A mapping as written: it may have duplicate keys, and <c>&lt;&lt;</c> is a key.</summary>
internal sealed record YamlMap(string Place) : YamlNode(Place)
{
    private const string Merge = "<<";

    public List<(YamlNode Key, YamlNode Value)> Entries { get; } = [];

    /// <summary>
    /// The entries by key, in order. The last of duplicate keys counts, and merged mappings add only missing keys
    /// (yaml.org/type/merge.html).
    /// </summary>
    /// <exception cref="ApiDocumentException">A key is not a scalar, or a merged value is not a mapping.</exception>
    public OrderedDictionary<string, YamlNode> Resolve(Action<string> warn, int depth = 0)
    {
        var entries = new OrderedDictionary<string, YamlNode>();
        var merged = new List<YamlMap>();
        foreach (var (key, value) in Entries)
        {
            if (key is not YamlScalar name)
            {
                throw new ApiDocumentException($"The document's YAML has a key at {key.Place} that is not text.");
            }

            if (name is { Value: Merge, IsPlain: true })
            {
                merged.AddRange(MapsIn(value));
                continue;
            }

            if (!entries.TryAdd(name.Value, value))
            {
                warn($"The key '{name.Value}' at {name.Place} is a duplicate; the last one counts.");
                entries[name.Value] = value;
            }
        }

        foreach (var map in depth < 32 ? merged : [])
        {
            foreach (var (key, value) in map.Resolve(warn, depth + 1))
            {
                entries.TryAdd(key, value);
            }
        }

        return entries;
    }

    private static IEnumerable<YamlMap> MapsIn(YamlNode value) => value switch
    {
        YamlMap map => [map],
        YamlList list => list.Items.SelectMany(MapsIn),
        _ => throw new ApiDocumentException($"The document's YAML merges something at {value.Place} that is not a mapping."),
    };
}

/// <summary>Reads the nodes of the first document of a YAML stream.</summary>
internal sealed class YamlNodeReader(EventReader events)
{
    private const int MaxDepth = 200;

    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);

    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static YamlNode? Read(string text)
    {
        var events = new EventReader(Parser.CreateParser(new StringReader(text)));
        events.Expect<StreamStart>();
        if (!events.Accept<DocumentStart>())
        {
            return null;
        }

        events.Expect<DocumentStart>();
        return new YamlNodeReader(events).Node(depth: 0);
    }

    private YamlNode Node(int depth)
    {
        if (depth > MaxDepth)
        {
            throw TooDeep();
        }

        if (events.Allow<AnchorAlias>() is { } alias)
        {
            return _anchors.TryGetValue(alias.Value, out var known)
                ? known
                : throw new ApiDocumentException($"The document's YAML has an alias at {PlaceOf(alias)} that names nothing before it.");
        }

        if (events.Allow<Scalar>() is { } scalar)
        {
            return Known(scalar.Anchor, new YamlScalar(PlaceOf(scalar), scalar.Value, scalar is { Style: ScalarStyle.Plain, Tag: null or "" or "?" }));
        }

        if (events.Allow<SequenceStart>() is { } sequence)
        {
            var list = new YamlList(PlaceOf(sequence));
            while (events.Allow<SequenceEnd>() is null)
            {
                list.Items.Add(Node(depth + 1));
            }

            return Known(sequence.Anchor, list); // registered only now: a node within itself would never end
        }

        var mapping = events.Expect<MappingStart>();
        var map = new YamlMap(PlaceOf(mapping));
        while (events.Allow<MappingEnd>() is null)
        {
            map.Entries.Add((Node(depth + 1), Node(depth + 1)));
        }

        return Known(mapping.Anchor, map);
    }

    public static ApiDocumentException TooDeep() => new("The document's YAML is nested too deeply or grows too large through its aliases.");

    private YamlNode Known(string? anchor, YamlNode node)
    {
        if (!string.IsNullOrEmpty(anchor))
        {
            _anchors[anchor] = node;
        }

        return node;
    }

    private static string PlaceOf(ParsingEvent at) => $"line {at.Start.Line + 1}, column {at.Start.Column + 1}";
}
