using Microsoft.EntityFrameworkCore;

namespace OrdersMcp.Api.Data;

/// <summary>
/// The one place that restricts a caller who is bound to a customer. It filters every query of the context, refuses to save
/// another customer's order, and supplies the condition for hand-written SQL.
/// </summary>
internal static class CustomerBinding
{
    /// <summary>An id that no customer has.</summary>
    public const long NoCustomer = -1;

    /// <summary>
    /// Opens a pooled context for a caller bound to this customer, or to none. Every use sets it: a context from the pool still
    /// has the customer of its last request.
    /// </summary>
    public static OrdersDbContext OpenContext(this IDbContextFactory<OrdersDbContext> contexts, long? onlyCustomer)
    {
        var context = contexts.CreateDbContext();
        context.OnlyCustomer = onlyCustomer;
        return context;
    }

    /// <summary>EF Core builds the model once, so the filters read the customer from the context that runs the query.</summary>
    public static void FilterQueries(ModelBuilder model, OrdersDbContext db)
    {
        model.Entity<Customer>().HasQueryFilter(customer => db.OnlyCustomer == null || customer.Id == db.OnlyCustomer);
        model.Entity<Order>().HasQueryFilter(order => db.OnlyCustomer == null || order.CustomerId == db.OnlyCustomer);
        model.Entity<OrderLine>().HasQueryFilter(line =>
            db.OnlyCustomer == null || db.Orders.Any(order => order.Id == line.OrderId));
        model.Entity<OrderEvent>().HasQueryFilter(change =>
            db.OnlyCustomer == null || db.Orders.Any(order => order.Id == change.OrderId));
    }

    /// <exception cref="InvalidOperationException">The context is about to write another customer's order.</exception>
    public static void CheckChanges(OrdersDbContext db)
    {
        if (db.OnlyCustomer is { } customer && db.ChangeTracker.Entries<Order>().Any(entry =>
            entry.State is EntityState.Added or EntityState.Modified && entry.Entity.CustomerId != customer))
        {
            throw new InvalidOperationException("The caller is bound to a different customer than the order.");
        }
    }

    /// <summary>The condition on <paramref name="customerColumn"/> for SQL whose parameter is the customer, or null.</summary>
    public static string Condition(string customerColumn, string parameter) =>
        $"({parameter} IS NULL OR {BoundCondition(customerColumn, parameter)})";

    /// <summary>The condition for SQL that runs only for bound callers. It can use an index on the column.</summary>
    public static string BoundCondition(string customerColumn, string parameter) => $"{customerColumn} = {parameter}";

    /// <summary>
    /// The customer to filter by, for work that runs later and without its caller: a filter on another customer matches
    /// nothing.
    /// </summary>
    public static long? Narrow(long? onlyCustomer, long? requested) =>
        onlyCustomer is null ? requested
        : requested is null || requested == onlyCustomer ? onlyCustomer
        : NoCustomer;
}
