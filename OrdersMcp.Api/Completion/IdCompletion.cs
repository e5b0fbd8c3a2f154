using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Completion;

/// <summary>A table with ids to complete.</summary>
internal enum IdTable
{
    Orders,
    Customers,
}

/// <summary>
/// Completes ids by their first digits. Ids that begin with 12 are 12, 120 to 129, 1200 to 1299 and so on: a few ranges of
/// the primary key. A text comparison would read every row.
/// </summary>
internal static class IdCompletion
{
    public static async Task<CompletionResponse> CompleteIdsAsync(
        this OrdersDbContext db, IdTable table, string prefix, CancellationToken cancellationToken)
    {
        var most = CompletionResponse.MaxValues + 1;
        if (prefix.Length == 0)
        {
            var newest = table == IdTable.Orders
                ? db.Orders.OrderByDescending(order => order.Id).Select(order => order.Id)
                : db.Customers.OrderByDescending(customer => customer.Id).Select(customer => customer.Id);
            return ToResponse(await newest.Take(most).ToListAsync(cancellationToken));
        }

        if (db.OnlyCustomer is not null)
        {
            // A bound caller has few ids, and the filters of the context find them; the SQL below covers all customers.
            var own = table == IdTable.Orders ? db.Orders.Select(order => order.Id) : db.Customers.Select(customer => customer.Id);
            return prefix.All(char.IsAsciiDigit)
                ? ToResponse(await own.Where(id => EF.Functions.Like(id.ToString(), prefix + "%")).Order().Take(most)
                    .ToListAsync(cancellationToken))
                : CompletionResponse.None;
        }

        var (lows, highs) = RangesOf(prefix);
        if (lows.Length == 0)
        {
            return CompletionResponse.None;
        }

        // Reads each range in ascending order up to the limit, and the ranges in ascending order.
        var found = table == IdTable.Orders
            ? db.Database.SqlQuery<long>(
                $"""
                SELECT found.id AS "Value" FROM unnest({lows}, {highs}) AS range (low, high)
                CROSS JOIN LATERAL (
                    SELECT id FROM orders WHERE id BETWEEN range.low AND range.high ORDER BY id LIMIT {most}) found
                ORDER BY found.id LIMIT {most}
                """)
            : db.Database.SqlQuery<long>(
                $"""
                SELECT found.id AS "Value" FROM unnest({lows}, {highs}) AS range (low, high)
                CROSS JOIN LATERAL (
                    SELECT id FROM customers WHERE id BETWEEN range.low AND range.high ORDER BY id LIMIT {most}) found
                ORDER BY found.id LIMIT {most}
                """);
        return ToResponse(await found.ToListAsync(cancellationToken));
    }

    /// <summary>The ranges of ids that begin with these digits; none if no id can begin so.</summary>
    public static (long[] Lows, long[] Highs) RangesOf(string prefix)
    {
        if (prefix[0] == '0' || !prefix.All(char.IsAsciiDigit)
            || !long.TryParse(prefix, CultureInfo.InvariantCulture, out var first))
        {
            return ([], []);
        }

        var (lows, highs) = (new List<long>(), new List<long>());
        var width = Int128.One;
        for (var low = (Int128)first; low <= long.MaxValue; low *= 10, width *= 10)
        {
            lows.Add((long)low);
            highs.Add((long)Int128.Min(low + width - 1, long.MaxValue));
        }

        return ([.. lows], [.. highs]);
    }

    private static CompletionResponse ToResponse(List<long> ids) =>
        CompletionResponse.Of(ids.ConvertAll(id => id.ToString(CultureInfo.InvariantCulture)));
}
