using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using OrdersMcp.Api.Identity;

namespace OrdersMcp.Api.Data;

/// <summary>
/// The one place where a caller that is bound to a customer is held to it. Every query of the context is filtered, and no
/// order of another customer is saved. SQL that is written by hand takes the customer of the <see cref="Caller"/>, or where it
/// runs in the transaction of a context that one's <see cref="OrdersDbContext.OnlyCustomer"/>.
/// </summary>
internal static class CustomerBinding
{
    /// <summary>
    /// A pooled context for the caller of the request. Outside of a request it is of the service itself, bound to nobody.
    /// It is set every time: a context from the pool still has the customer of its last request.
    /// </summary>
    public static OrdersDbContext NewContext(IServiceProvider services)
    {
        var context = services.GetRequiredService<IDbContextFactory<OrdersDbContext>>().CreateDbContext();
        context.OnlyCustomer = services.GetService<IHttpContextAccessor>()?.HttpContext is null
            ? null
            : services.GetRequiredService<Caller>().CustomerId;
        return context;
    }

    /// <exception cref="InvalidOperationException">An order of another customer is about to be written.</exception>
    public static void Check(long? onlyCustomer, ChangeTracker changes)
    {
        if (onlyCustomer is not null && changes.Entries<Order>().Any(entry =>
            entry.State is EntityState.Added or EntityState.Modified && entry.Entity.CustomerId != onlyCustomer))
        {
            throw new InvalidOperationException("The caller is bound to another customer than the order's.");
        }
    }
}
