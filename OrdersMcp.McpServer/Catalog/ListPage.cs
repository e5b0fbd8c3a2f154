using System.Text;
using ModelContextProtocol;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>A page of a list, and the cursor of the next.</summary>
internal sealed record ListPage<T>(IList<T> Items, string? NextCursor)
{
    /// <summary>The page after the one that gave the cursor, or the first.</summary>
    /// <param name="list">All entries, in the ordinal order of their keys.</param>
    /// <param name="keyOf">The key of an entry.</param>
    /// <param name="cursor">As the client sent it.</param>
    /// <param name="size">How many entries a page has.</param>
    /// <param name="method">The method that gives the cursors.</param>
    /// <exception cref="McpProtocolException">The cursor is not one of this server.</exception>
    public static ListPage<T> Of(IReadOnlyList<T> list, Func<T, string> keyOf, string? cursor, int size, string method)
    {
        // A cursor is the key of the last entry before it: it holds across replicas, and across changes of the catalog.
        var start = 0;
        if (cursor is not null)
        {
            var last = Decode(cursor, method);
            while (start < list.Count && string.CompareOrdinal(keyOf(list[start]), last) <= 0)
            {
                start++;
            }
        }

        var end = Math.Min(start + size, list.Count);
        return new ListPage<T>(
            start == 0 && end == list.Count ? [.. list] : [.. list.Skip(start).Take(size)],
            end < list.Count ? Convert.ToBase64String(Encoding.UTF8.GetBytes(keyOf(list[end - 1]))) : null);
    }

    private static string Decode(string cursor, string method)
    {
        var key = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor, key, out var length)
            ? Encoding.UTF8.GetString(key, 0, length)
            : throw new McpProtocolException($"The cursor is not one that {method} gave. Leave it out to begin with the first page.", McpErrorCode.InvalidParams);
    }
}
