using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Completion;

/// <summary>Names of customers by the beginnings of their words, through the search that also finds e-mail addresses.</summary>
internal static class NameCompletion
{
    private const int MostRows = 500;
    private const int MostWords = 10;

    public static async Task<CompletionAnswer> CompleteNamesAsync(
        this OrdersDbContext db, string prefix, CancellationToken cancellationToken)
    {
        var words = SearchText.Words(prefix).Take(MostWords + 1).ToList();
        if (words.Count > MostWords || (words.Count == 0 && prefix.Length > 0))
        {
            return CompletionAnswer.None;
        }

        var customers = words.Count > 0 ? db.Customers.WhoseWordsMatch(prefix) : db.Customers;
        var found = await customers
            .OrderBy(customer => customer.Id)
            .Take(MostRows)
            .Select(customer => customer.Name)
            .ToListAsync(cancellationToken);
        var names = found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return CompletionAnswer.Of(names, isCut: found.Count == MostRows);
    }
}
