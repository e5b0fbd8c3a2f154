namespace OrdersMcp.Api.Http.Paging;

internal static class Page
{
    /// <summary>
    /// Limits the items found, one more than requested, to a page. The extra item shows that there is a next page; it starts
    /// after the <paramref name="position"/> of the last item.
    /// </summary>
    public static (IReadOnlyList<T> Items, string? NextCursor) Of<T>(
        List<T> found, int limit, uint list, Func<T, string> position)
    {
        if (found.Count <= limit)
        {
            return (found, null);
        }

        found.RemoveAt(found.Count - 1);
        return (found, new Cursor(list, position(found[^1])).ToString());
    }
}

internal static class ListText
{
    public const string Cursor = "nextCursor of the page before, with the same filters.";
    public const string Limit = "Most items to answer.";
    public const string NextCursor = "Pass it as cursor, with the same filters, to get the next page; null on the last.";
}
