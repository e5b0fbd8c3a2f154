using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Paging;

namespace OrdersMcp.Api.Customers;

internal static class CustomerQueries
{
    private static readonly Expression<Func<Customer, CustomerResponse>> Contract = customer => new CustomerResponse(
        customer.Id, customer.Name, customer.Email, customer.Status, customer.CreatedAt);

    /// <param name="db">The database.</param>
    /// <param name="key">An id or an e-mail address.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static Task<CustomerResponse?> FindCustomerAsync(
        this OrdersDbContext db, string key, CancellationToken cancellationToken)
    {
        var email = key.ToLowerInvariant();
        var customers = long.TryParse(key, CultureInfo.InvariantCulture, out var id)
            ? db.Customers.Where(customer => customer.Id == id)
            : db.Customers.Where(customer => customer.Email == email);
        return customers.Select(Contract).SingleOrDefaultAsync(cancellationToken);
    }

    public static async Task<CustomerPage> SearchCustomersAsync(
        this OrdersDbContext db, ListPages pages, SearchCustomersParameters search, long after, CancellationToken cancellationToken)
    {
        var customers = search.Text is { } text ? db.Customers.MatchingWords(text) : db.Customers;
        var found = await customers
            .Where(customer => customer.Id > after)
            .OrderBy(customer => customer.Id)
            .Take(search.Limit + 1)
            .Select(Contract)
            .ToListAsync(cancellationToken);
        var (items, next) = pages.Close(
            found, search.Limit, search.List, last => last.Id.ToString(CultureInfo.InvariantCulture));
        return new CustomerPage(items, next);
    }
}
