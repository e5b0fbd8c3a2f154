using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Completion;

/// <summary>
/// Completes names of customers by the beginnings of words, with the search that also covers e-mail addresses.
/// </summary>
internal static class NameCompletion
{
    private const int MaxRows = 500;
    private const int MaxWords = 10;

    public static async Task<CompletionResponse> CompleteNamesAsync(
        this OrdersDbContext db, string prefix, CancellationToken cancellationToken)
    {
        var words = SearchText.Words(prefix).Take(MaxWords + 1).ToList();
        if (words.Count > MaxWords || (words.Count == 0 && prefix.Length > 0))
        {
            return CompletionResponse.None;
        }

        var customers = words.Count > 0 ? db.Customers.MatchingWords(prefix) : db.Customers;
        var found = await customers
            .OrderBy(customer => customer.Id)
            .Take(MaxRows)
            .Select(customer => customer.Name)
            .ToListAsync(cancellationToken);
        var names = found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return CompletionResponse.Of(names, isCut: found.Count == MaxRows);
    }
}
