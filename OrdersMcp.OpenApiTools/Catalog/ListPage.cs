using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>A page of a list, and the cursor of the next page.</summary>
internal sealed record ListPage<T>(IList<T> Items, string? NextCursor)
{
    /// <summary>Detects cursors of other lists; it is no protection.</summary>
    private const int ChecksumLength = 8;

    /// <summary>
    /// The page after the cursor, or the first page. The list is built for each request from the entries that the caller
    /// may see, so a cursor is only a position and grants nothing. It needs no signature, and any replica accepts it. If a
    /// list belongs to its caller, so does its cursor.
    /// </summary>
    /// <param name="list">All entries, in the ordinal order of their keys.</param>
    /// <param name="keyOf">Returns the key of an entry.</param>
    /// <param name="cursor">The cursor from the client.</param>
    /// <param name="size">The number of entries of a page.</param>
    /// <param name="method">The method that issues the cursors.</param>
    /// <param name="owner">The owner of the list; null if all callers share it.</param>
    /// <exception cref="McpProtocolException">The cursor does not belong to this list.</exception>
    public static ListPage<T> Of(
        IReadOnlyList<T> list, Func<T, string> keyOf, string? cursor, int size, string method, string? owner = null)
    {
        // A cursor contains the key of the last entry before it, so it stays valid across replicas and changes of the
        // catalog.
        var start = 0;
        if (cursor is not null)
        {
            var last = Decode(cursor, method, owner);
            while (start < list.Count && string.CompareOrdinal(keyOf(list[start]), last) <= 0)
            {
                start++;
            }
        }

        var end = Math.Min(start + size, list.Count);
        return new ListPage<T>(
            start == 0 && end == list.Count ? [.. list] : [.. list.Skip(start).Take(size)],
            end < list.Count ? Encode(keyOf(list[end - 1]), method, owner) : null);
    }

    private static string Encode(string key, string method, string? owner)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return Base64Url.EncodeToString([.. Checksum(bytes, method, owner), .. bytes]);
    }

    private static string Decode(string cursor, string method, string? owner)
    {
        if (Base64Url.IsValid(cursor) && Base64Url.DecodeFromChars(cursor) is { Length: >= ChecksumLength } bytes
            && Checksum(bytes.AsSpan(ChecksumLength), method, owner).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumLength)))
        {
            return Encoding.UTF8.GetString(bytes, ChecksumLength, bytes.Length - ChecksumLength);
        }

        throw new McpProtocolException(
            $"The cursor is not one that {method} gave this caller. Leave it out to begin with the first page.", McpErrorCode.InvalidParams);
    }

    private static byte[] Checksum(ReadOnlySpan<byte> key, string method, string? owner) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes($"{method}\n{(owner is null ? "" : $"{owner.Length}:{owner}")}\n"), .. key])[..ChecksumLength];
}
