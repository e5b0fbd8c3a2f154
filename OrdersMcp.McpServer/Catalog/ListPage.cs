using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>A page of a list, and the cursor of the next.</summary>
internal sealed record ListPage<T>(IList<T> Items, string? NextCursor)
{
    /// <summary>Enough to tell a cursor of this list from any other; it protects nothing.</summary>
    private const int ChecksumLength = 8;

    /// <summary>
    /// The page after the one that gave the cursor, or the first. The list is made anew for each request, of what its
    /// caller may see: a cursor is a place in it and grants nothing, so that it is not signed, and any replica takes it.
    /// Where a list is its caller's own, so is its cursor.
    /// </summary>
    /// <param name="list">All entries, in the ordinal order of their keys.</param>
    /// <param name="keyOf">The key of an entry.</param>
    /// <param name="cursor">As the client sent it.</param>
    /// <param name="size">How many entries a page has.</param>
    /// <param name="method">The method that gives the cursors.</param>
    /// <param name="owner">Whose list it is; null where everybody has the same.</param>
    /// <exception cref="McpProtocolException">The cursor is not one of this list.</exception>
    public static ListPage<T> Of(
        IReadOnlyList<T> list, Func<T, string> keyOf, string? cursor, int size, string method, string? owner = null)
    {
        // A cursor has the key of the last entry before it: it holds across replicas, and across changes of the catalog.
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
