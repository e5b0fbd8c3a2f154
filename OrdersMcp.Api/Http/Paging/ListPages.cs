using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Api.Http.Errors;

namespace OrdersMcp.Api.Http.Paging;

/// <summary>Reads a position from its text.</summary>
internal delegate bool PositionParser<T>(string text, [NotNullWhen(true)] out T? position);

/// <summary>The pages of lists.</summary>
internal sealed class ListPages(DatabaseState database)
{
    /// <summary>The position after which a page starts: that of the cursor, or none without a cursor.</summary>
    /// <returns>The reason why the cursor is refused, or null.</returns>
    public ProblemHttpResult? Open<T>(string? cursor, uint list, PositionParser<T> parse, out T? after)
    {
        after = default;
        if (cursor is null)
        {
            return null;
        }

        if (!Cursor.TryParse(cursor, database.CursorKey, out var read))
        {
            return Problems.InvalidParameter("cursor", CursorAttribute.Rule);
        }

        return read.List == list && parse(read.Position, out after) ? null : Problems.CursorOfAnotherList();
    }

    /// <summary>
    /// Limits the items found, one more than requested, to a page. The extra item shows that there is a next page; it starts
    /// after the <paramref name="position"/> of the last item.
    /// </summary>
    public (IReadOnlyList<T> Items, string? NextCursor) Close<T>(List<T> found, int limit, uint list, Func<T, string> position)
    {
        if (found.Count <= limit)
        {
            return (found, null);
        }

        found.RemoveAt(found.Count - 1);
        return (found, new Cursor(list, position(found[^1])).ToText(database.CursorKey));
    }
}

/// <summary>A position that is a number, such as an id.</summary>
internal static class ItemNumber
{
    public static bool TryParse<T>(string text, out T position)
        where T : struct, ISpanParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out position);
}

internal static class PagingSetup
{
    public static void AddPaging(this IServiceCollection services) => services.AddSingleton<ListPages>();
}

internal static class ListText
{
    public const string Cursor = "nextCursor of the previous page; keep the same filters.";
    public const string Limit = "Maximum page size.";
    public const string NextCursor = "Pass it as cursor, with the same filters, to get the next page; null on the last page.";
}
