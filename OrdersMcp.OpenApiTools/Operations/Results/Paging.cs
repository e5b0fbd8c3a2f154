using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>
/// How a list is paged, as its arguments show. A page that is too large is requested again with a smaller limit: truncating
/// it would lose the items at its end, which the next page does not contain.
/// </summary>
internal sealed class Paging
{
    private static readonly string[] LimitNames =
        ["limit", "pageSize", "page_size", "perPage", "per_page", "maxResults", "max_results", "top", "take", "size"];

    private static readonly string[] CursorNames =
        ["cursor", "after", "pageToken", "page_token", "nextToken", "next_token", "continuationToken", "starting_after", "marker"];

    private static readonly string[] OffsetNames = ["offset", "skip", "start"];
    private static readonly string[] PageNames = ["page", "pageNumber", "page_number"];

    private readonly string _limit;
    private readonly long? _defaultLimit;
    private readonly string? _cursor;
    private readonly string? _offset;
    private readonly string? _page;

    private Paging(JsonElement properties, string limit)
    {
        _limit = limit;
        _defaultLimit = properties.GetProperty(limit).Member("default") is { ValueKind: JsonValueKind.Number } value
            && value.TryGetInt64(out var number) ? number : null;
        _cursor = Named(properties, CursorNames);
        _offset = Named(properties, OffsetNames);
        _page = Named(properties, PageNames);
    }

    /// <summary>The argument that selects where a page begins, or null.</summary>
    public string? CursorArgument => _cursor;

    /// <summary>The paging of a tool, or null if its arguments have none.</summary>
    public static Paging? Find(JsonElement inputSchema)
    {
        var properties = inputSchema.GetProperty("properties");
        return Named(properties, LimitNames) is { } limit && new Paging(properties, limit) is var paging
            && (paging._cursor ?? paging._offset ?? paging._page) is not null
            ? paging
            : null;
    }

    /// <summary>Arguments for as many items as fit, and a note on how to continue; null if that is impossible.</summary>
    public (IDictionary<string, JsonElement> Arguments, string Note)? Shrink(IDictionary<string, JsonElement> arguments, ListTruncation cut)
    {
        long kept = cut.Kept;
        var smaller = new Dictionary<string, JsonElement>(arguments, StringComparer.Ordinal);
        string next;
        if (_page is not null && _cursor is null && _offset is null)
        {
            // Page numbers count pages of one size: a smaller size must divide the larger, or items are lost.
            var page = Number(arguments, _page) ?? 1;
            var size = Number(arguments, _limit) ?? _defaultLimit ?? (page == 1 ? cut.Total : 0);
            while (kept > 0 && size % kept != 0)
            {
                kept--;
            }

            if (size == 0 || kept == 0)
            {
                return null;
            }

            var first = ((page - 1) * (size / kept)) + 1;
            smaller[_page] = Element(first);
            next = $"{_page} {first + 1} and {_limit} {kept}";
        }
        else if (_cursor is not null)
        {
            next = $"{_cursor} from this answer";
        }
        else
        {
            next = $"{_offset} {(Number(arguments, _offset!) ?? 0) + kept}";
        }

        if (kept < 1)
        {
            return null;
        }

        smaller[_limit] = Element(kept);
        return (smaller, $"Note: {cut.Total} items were more than an answer may hold; this is the answer for {_limit} {kept}. "
            + $"If there are more, they follow with {next}, all other arguments unchanged.");
    }

    private static string? Named(JsonElement properties, string[] names) => Array.Find(names, name => properties.TryGetProperty(name, out _));

    private static long? Number(IDictionary<string, JsonElement> arguments, string name) =>
        arguments.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static JsonElement Element(long number) => JsonElement.Parse(number.ToString());
}
